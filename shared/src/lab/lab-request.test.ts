import { expect, it } from 'vitest';
import { LAB_METHODS, requestMistake } from './lab-request.ts';

const URL = 'https://kv-lab.vault.azure.net/secrets/a?api-version=7.4';
const request = (more: object = {}) => ({ method: 'GET', url: URL, ...more });
const header = (name: unknown, value: unknown = 'x') => request({ headers: [[name, value]] });

it.each(LAB_METHODS)('lets %s to a name of the lab pass', (method) => {
  expect(requestMistake(request({ method }))).toBeUndefined();
});

it.each([
  [
    'headers of any name, also twice and in other cases',
    request({
      headers: [
        ['a', '1'],
        ['A', '2'],
        ['Host', 'x'],
      ],
    }),
  ],
  ['a body', request({ method: 'PUT', body: 'größer' })],
  ['the length of the body', request({ method: 'PUT', body: 'größer', headers: [['Content-Length', '8']] })],
  ['the length of no body', request({ method: 'POST', headers: [['content-length', '0']] })],
  ['a value with spaces and tabs', header('x-a', ' a\tb ')],
])('lets pass: %s', (_, value) => expect(requestMistake(value)).toBeUndefined());

it.each(['http://example.com/', 'https://portal.front:8080/', '', 5, undefined])(
  'is not sent anywhere else: %s',
  (url) => expect(requestMistake(request({ url }))?.code).toBe('NotALabName'),
);

it.each([
  ['nothing', undefined],
  ['a text', 'GET /'],
  ['a method that opens a tunnel', request({ method: 'CONNECT' })],
  ['a method that sends headers back', request({ method: 'TRACE' })],
  ['a method in small letters', request({ method: 'get' })],
  ['headers as an object', request({ headers: { a: '1' } })],
  ['a header that is no pair', request({ headers: [['a']] })],
  ['a header without a name', header('')],
  ['a name with a line break', header('a\r\nb')],
  ['a name with a colon', header('a:b')],
  ['a value with a line break', header('a', 'b\r\nX-IDENTITY-HEADER: c')],
  ['a value with a zero', header('a', '\0')],
  ['a value that is no Latin-1', header('a', '☃')],
  ['a value that is no text', header('a', 5)],
  ['a value that is too long', header('a', 'x'.repeat(17_000))],
  ['more headers than anybody needs', request({ headers: Array.from({ length: 51 }, () => ['a', 'b']) })],
  ['another length than the body has', request({ method: 'POST', body: 'abc', headers: [['Content-Length', '2']] })],
  ['two lengths', request({ method: 'POST', body: 'abc', headers: [['Content-Length', '3, 3']] })],
  ['chunks', header('Transfer-Encoding', 'chunked')],
  ['another protocol', header('upgrade', 'websocket')],
  ['a connection that is kept', header('Connection', 'keep-alive')],
  ['a wait for the word to go on', header('Expect', '100-continue')],
  ['a body that is no text', request({ body: {} })],
  ['a body that is too long', request({ body: 'x'.repeat(140_000) })],
])('refuses: %s', (_, value) => expect(requestMistake(value)?.code).toBe('BadRequest'));
