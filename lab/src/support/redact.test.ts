import { expect, it } from 'vitest';
import { redactor } from './redact.ts';

const SECRET = 'Server=tcp:sql;Pa"ss & <word>/ü';

it.each([
  ['as it is', SECRET],
  ['in JSON', JSON.stringify({ value: SECRET })],
  ['in JSON in a line of JSON', JSON.stringify({ msg: JSON.stringify({ value: SECRET }) })],
  ['in a URL', `https://a/?q=${encodeURIComponent(SECRET)}&b=1`],
  ['in a URL, with small hex digits', `/${encodeURIComponent(SECRET).toLowerCase()}`],
  ['in a form', new URLSearchParams({ a: SECRET }).toString()],
  ['in XML', `<a>${SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</a>`],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in base64url', Buffer.from(SECRET).toString('base64url')],
])('takes a value out %s', (_, text) => {
  const redacted = redactor(['other', SECRET])(text);
  expect(redacted).toContain('(secret)');
  expect(redacted).not.toMatch(/tcp|word/);
});

it('takes a value of several lines out line by line', () => {
  expect(redactor(['first line\n  second line\nend'])('keyvault-1 | second line\n')).toBe('keyvault-1 | (secret)\n');
});

it('leaves out no letter that happens to be a secret', () => expect(redactor(['a', ''])('banana')).toBe('banana'));

it.each([
  'Authorization: Bearer abcdefgh12345678',
  'Authorization: Basic dXNlcjpwYXNz',
  '{"x-identity-header":"853B9A84"}',
  'IDENTITY_HEADER=853B9A84',
  'Cookie: lab-session=853B9A84',
  'client_secret=853B9A84&a=b',
  '"clientSecret": "853B9A84"',
  '"secretText":"853B9A84"',
  '/docs/a?sv=1&sig=853B9A84%3D',
  'client_assertion%3D853B9A84',
  'eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJtZSJ9.853B9A84',
  '-----BEGIN PRIVATE KEY-----\n853B9A84\n-----END PRIVATE KEY-----',
])('takes out what looks like a secret, though nobody knows it: %s', (text) => {
  expect(redactor([])(text)).not.toMatch(/853B9A84|abcdefgh1234|dXNlcjpwYXNz/);
});

it('leaves a challenge to be read', () => {
  const challenge = 'Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"';
  expect(redactor([])(challenge)).toBe(challenge);
});
