import { generateKeyPairSync } from 'node:crypto';
import { silentLog } from '@lab/shared/log.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OTHER_TENANT, TENANT } from '../testing.ts';
import { AKS_ISSUER_HOSTS, issuerKeys, ownIssuers } from './issuer-keys.ts';

const ISSUER = 'https://westeurope.oic.prod-aks.azure.com/tenant/cluster/';
const DISCOVERY = `${ISSUER}.well-known/openid-configuration`;
const JWKS = `${ISSUER}openid/v1/jwks`;
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = (kid: string) => ({ ...publicKey.export({ format: 'jwk' }), use: 'sig', kid });

let documents: Record<string, Record<string, unknown>>;
let fetched: string[];
let keys: ReturnType<typeof issuerKeys>;
const open = (cooldownMs = 0) =>
  issuerKeys({
    fetchDocument: async (url) => {
      fetched.push(url);
      const document = documents[url];
      if (!document) throw new Error('ECONNREFUSED');
      return document;
    },
    ownKey: (kid) => (kid === 'own' ? publicKey : undefined),
    ownIssuer: ownIssuers((id) => (id === TENANT.tenantId ? TENANT : undefined)),
    log: silentLog,
    cooldownMs,
  });
beforeEach(() => {
  documents = { [DISCOVERY]: { issuer: ISSUER, jwks_uri: JWKS }, [JWKS]: { keys: [jwk('k1')] } };
  fetched = [];
  keys = open();
});
afterEach(() => keys.close());

const codeOf = (issuer = ISSUER, kid = 'k1') =>
  keys(issuer, kid).then(
    (key) => (key ? 'key' : 'unknown'),
    (error) => error.code,
  );

it('takes the way of discovery to the key, and keeps it', async () => {
  expect(await codeOf()).toBe('key');
  expect(await codeOf()).toBe('key');
  expect(fetched).toEqual([DISCOVERY, JWKS]);
});

it('asks once more for a key that it does not know', async () => {
  expect(await codeOf()).toBe('key');
  documents[JWKS] = { keys: [jwk('k1'), jwk('k2')] };
  expect(await codeOf(ISSUER, 'k2')).toBe('key');
  expect(await codeOf(ISSUER, 'k3')).toBe('unknown');
});

it('finds a new key of an issuer that signs with it at once, though it was asked a moment ago', async () => {
  keys.close();
  keys = open(100);
  expect(await codeOf()).toBe('key');
  documents[JWKS] = { keys: [jwk('k1'), jwk('k2')] };
  const codes = await Promise.all(['k2', 'k2', 'k3', 'k4', 'k5'].map((kid) => codeOf(ISSUER, kid)));
  expect(codes).toEqual(['key', 'key', 'unknown', 'unknown', 'unknown']);
  expect(fetched).toEqual([DISCOVERY, JWKS, DISCOVERY, JWKS]);
});

it('asks once for a flood of unknown keys within the cool-down', async () => {
  keys.close();
  keys = open(60_000);
  await codeOf();
  const codes = await Promise.all(Array.from({ length: 50 }, (_, n) => codeOf(ISSUER, `made-up-${n}`)));
  expect(new Set(codes)).toEqual(new Set(['unknown']));
  expect(fetched).toHaveLength(2);
});

it('gives an issuer that cannot be reached a rest, and says what Entra says', async () => {
  keys.close();
  documents = {};
  keys = open(60_000);
  for (let n = 0; n < 10; n += 1) expect(await codeOf()).toBe('AADSTS50166');
  expect(fetched).toEqual([DISCOVERY]);
});

it('keeps the last good keys while the issuer is down', async () => {
  expect(await codeOf()).toBe('key');
  documents = {};
  expect(await codeOf(ISSUER, 'k9')).toBe('unknown');
  expect(await codeOf()).toBe('key');
});

it.each([
  ['a host outside of the lab', 'https://evil.example/'],
  ['a host that only ends alike', 'https://eviloic.prod-aks.azure.com/'],
  ['a host that goes on', 'https://a.oic.prod-aks.azure.com.evil.example/'],
  ['two labels in front', 'https://a.b.oic.prod-aks.azure.com/'],
  ['another port', 'https://westeurope.oic.prod-aks.azure.com:8443/'],
  ['the metadata service', 'https://169.254.169.254/'],
  ['a service of the fabric', 'https://arm.fabric/'],
  ['no TLS', 'http://westeurope.oic.prod-aks.azure.com/'],
  ['a user in front', 'https://a@westeurope.oic.prod-aks.azure.com/'],
  ['a fragment', 'https://westeurope.oic.prod-aks.azure.com/#'],
  ['what is no URL', 'kubernetes'],
])('asks nobody for an issuer with %s', async (_, issuer) => {
  expect(await codeOf(issuer)).toBe('AADSTS50166');
  expect(fetched).toEqual([]);
});

it.each([
  ['leads to a key set outside of the lab', { issuer: ISSUER, jwks_uri: 'https://evil.example/jwks' }],
  ['leads to a key set without TLS', { issuer: ISSUER, jwks_uri: JWKS.replace('https', 'http') }],
  ['has no key set', { issuer: ISSUER }],
  ['names another issuer', { issuer: 'https://northeurope.oic.prod-aks.azure.com/x/', jwks_uri: JWKS }],
  ['names the issuer without its slash', { issuer: ISSUER.slice(0, -1), jwks_uri: JWKS }],
])('goes no further than a document that %s', async (_, document) => {
  documents[DISCOVERY] = document;
  expect(await codeOf()).toBe('AADSTS50166');
  expect(new Set(fetched)).toEqual(new Set([DISCOVERY]));
});

it.each([
  ['are no list', { keys: {} }],
  ['are too many', { keys: Array.from({ length: 101 }, (_, n) => jwk(`k${n}`)) }],
  ['are none', { keys: [] }],
  ['are secrets', { keys: [{ kty: 'oct', k: 'AAAA', kid: 'k1' }] }],
])('takes no keys that %s', async (_, set) => {
  documents[JWKS] = set;
  expect(await codeOf()).toBe('AADSTS50166');
});

it('keeps the keys of a bounded number of issuers', async () => {
  for (let n = 0; n < 40; n += 1) {
    const issuer = `https://r${n}.oic.prod-aks.azure.com/`;
    documents[`${issuer}.well-known/openid-configuration`] = { issuer, jwks_uri: JWKS };
    expect(await codeOf(issuer)).toBe('key');
  }
  fetched = [];
  await codeOf('https://r39.oic.prod-aks.azure.com/');
  expect(fetched).toEqual([]);
  await codeOf('https://r0.oic.prod-aks.azure.com/');
  expect(fetched).toHaveLength(2);
});

it("takes Entra's own keys without any request", async () => {
  const own = `https://login.microsoftonline.com/${TENANT.tenantId}/v2.0`;
  expect(await codeOf(own, 'own')).toBe('key');
  expect(await codeOf(own, 'other')).toBe('unknown');
  expect(fetched).toEqual([]);
});

it('knows its own issuers in their one spelling', () => {
  const own = ownIssuers((id) => (id === TENANT.tenantId ? TENANT : undefined));
  expect(own(`https://login.microsoftonline.com/${TENANT.tenantId}/v2.0`)?.tenantId).toBe(TENANT.tenantId);
  expect(own(`https://sts.windows.net/${TENANT.tenantId}/`)?.tenantId).toBe(TENANT.tenantId);
  expect(own(`https://sts.windows.net/${OTHER_TENANT.tenantId}/`)?.tenantId).toBe(OTHER_TENANT.tenantId);
  for (const other of [
    `https://login.microsoftonline.com/${TENANT.tenantId}/v2.0/`,
    `https://login.microsoftonline.com/${TENANT.tenantId}/`,
    `https://sts.windows.net/${TENANT.tenantId}`,
    `https://sts.windows.net.evil.example/${TENANT.tenantId}/`,
    ISSUER,
  ]) {
    expect(own(other), other).toBeUndefined();
  }
});

it("knows the hosts of the lab's clusters", () => {
  expect(AKS_ISSUER_HOSTS('westeurope.oic.prod-aks.azure.com')).toBe(true);
  expect(AKS_ISSUER_HOSTS('oic.prod-aks.azure.com')).toBe(false);
});
