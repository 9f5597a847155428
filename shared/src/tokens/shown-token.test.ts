import { expect, it } from 'vitest';
import { shownToken } from './shown-token.ts';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (header: unknown, claims: unknown): string => `${encode(header)}.${encode(claims)}.hush`;

it('shows header and claims as they are, and nothing of the signature', () => {
  const shown = shownToken(tokenOf({ alg: 'RS256' }, { aud: 'a', exp: 1, roles: ['Orders.Read'] }));
  expect(shown).toEqual({ header: { alg: 'RS256' }, claims: { aud: 'a', exp: 1, roles: ['Orders.Read'] } });
});

it('shows names only that tokens of the lab have: who a person is stands in a token of elsewhere', () => {
  const person = { name: 'A Person', upn: 'their upn', ipaddr: 'their address', given_name: 'A', own: 'x' };
  expect(shownToken(tokenOf({ alg: 'RS256', own: 'x' }, { tid: 't', ...person }))).toEqual({
    header: { alg: 'RS256' },
    claims: { tid: 't' },
  });
});

it('names a key that a token brings along, and does not show it', () => {
  expect(shownToken(tokenOf({ jwk: { kty: 'RSA', n: 'hush' }, x5c: [{}], kid: 'x'.repeat(64) }, {}))?.header).toEqual({
    jwk: '{…}',
    x5c: '[…]',
    kid: `${'x'.repeat(16)}…`,
  });
});

it.each([
  ['text', 'hush'],
  ['two parts', 'a.b'],
  ['no JSON', 'a.b.c'],
  ['a list', `${encode([])}.${encode({})}.c`],
  ['a text', `${encode('x')}.${encode({})}.c`],
  ['too long', tokenOf({}, { aud: 'x'.repeat(40_000) })],
])('shows nothing of what is no token: %s', (_, token) => expect(shownToken(token)).toBeUndefined());

it('bounds what one token can say', () => {
  const claims = { aud: 'x'.repeat(5_000), groups: Array.from({ length: 500 }, () => 'g'), __proto__: { iss: 'x' } };
  const shown = shownToken(tokenOf({}, claims))?.claims ?? {};
  expect([String(shown.aud).length, shown.groups]).toEqual([512, Array(32).fill('g')]);
  expect(shown.iss).toBeUndefined();
});
