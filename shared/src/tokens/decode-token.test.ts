import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { FLAW_NAMES } from '../forge/flaws.ts';
import { forgeToken } from '../forge/forge-token.ts';
import { issuersOf } from './claims.ts';
import { decodeToken, isOfLab, tenantsNamed } from './decode-token.ts';

const LAB = 'a11ce000-0000-4000-8000-000000000001';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const claims = { tid: LAB, iss: issuersOf(LAB)['1.0'], ver: '1.0', aud: 'https://vault.azure.net', name: 'Zoë 😀' };
const normal = { header: { alg: 'RS256', kid: 'k' }, claims, privateKey, now: 0 };

it.each(FLAW_NAMES)("reads what the forge makes, and knows it for the lab's: %s", async (flaw) => {
  const forged = await forgeToken({ flaw }, normal);
  expect(decodeToken(forged.token)).toEqual({ header: forged.header, claims: forged.claims });
  expect(isOfLab(forged.claims, [LAB])).toBe(true);
});

it.each([
  ['', undefined],
  ['e30', undefined],
  ['e30.e30', undefined],
  ['e30.e30.', { header: {}, claims: {} }],
  ['e30=.e30.x', undefined],
  ['e30.bnVsbA.x', undefined],
  ['e30.W10.x', undefined],
  ['e30. e30.x', undefined],
  ['e30.e30.x.y.z', undefined],
  ['e30.gICA.x', undefined],
])('reads "%s" as %j', (text, decoded) => expect(decodeToken(text)).toEqual(decoded));

it('does not read what is too long for a token', () => {
  const long = Buffer.from(JSON.stringify({ a: 'x'.repeat(60_000) })).toString('base64url');
  expect(decodeToken(`e30.${long}.`)).toBeUndefined();
});

it.each([
  ['nothing', {}, []],
  ['a tenant', { tid: LAB.toUpperCase() }, [LAB]],
  ['an issuer of v2.0', { iss: issuersOf(LAB)['2.0'] }, [LAB]],
  ['both alike', { tid: LAB, iss: issuersOf(LAB)['1.0'] }, [LAB]],
  ['what is no text', { tid: { id: LAB }, iss: 5 }, []],
])('finds in %s the tenants that it names', (_, part, named) => expect(tenantsNamed(part)).toEqual(named));

it("takes a token for a stranger's where it names no tenant of the lab", () => {
  const stranger = 'c0ffee00-0000-4000-8000-00000000000a';
  expect(isOfLab({ tid: stranger, iss: issuersOf(stranger)['2.0'] }, [LAB])).toBe(false);
  expect(isOfLab({ sub: LAB, aud: LAB }, [LAB])).toBe(false);
  expect(isOfLab({}, [LAB, ''])).toBe(false);
});
