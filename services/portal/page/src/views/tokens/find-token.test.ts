import { expect, it } from 'vitest';
import { findToken } from './find-token.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJ0aWQiOiJ4In0.c2ln-_';

it.each([
  ['the token', TOKEN],
  ['one with space around it', `\n  ${TOKEN} \n`],
  ['a header', `Authorization: Bearer ${TOKEN}`],
  ['what follows the name of a header', `bearer ${TOKEN}`],
  ['an answer of IMDS', JSON.stringify({ access_token: TOKEN, expires_in: '86399' })],
  ['a line of curl', `curl -H 'Authorization: Bearer ${TOKEN}' https://kv-lab.vault.azure.net/secrets`],
])('finds it in %s', (_, text) => expect(findToken(text)).toBe(TOKEN));

it('finds one without signature, which an unsecured one is', () => {
  expect(findToken('Bearer eyJhbGciOiJub25lIn0.eyJ0aWQiOiJ4In0.')).toBe('eyJhbGciOiJub25lIn0.eyJ0aWQiOiJ4In0.');
});

it('leaves what is none as it is, for somebody to be told', () => {
  expect(findToken(' hello ')).toBe('hello');
  expect(findToken('Bearer e30.e30.')).toBe('e30.e30.');
  expect(findToken('')).toBe('');
});
