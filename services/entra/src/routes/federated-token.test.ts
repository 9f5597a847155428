import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { Change as FeedChange } from '@lab/shared/feed/resources.ts';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphOf, OPERATOR, OPERATOR_CHANGE } from '../graph/testing.ts';
import {
  claimsOf,
  NOW,
  OTHER_TENANT,
  PRINCIPAL,
  type PublicApp,
  send,
  startPublicApp,
  TENANT,
  tokenForm,
} from '../testing.ts';

const ISSUER = 'https://westeurope.oic.prod-aks.azure.com/aaaa/bbbb/';
const SUBJECT = 'system:serviceaccount:default:workload';
const AUDIENCE = 'api://AzureADTokenExchange';
const IDENTITY = {
  ...PRINCIPAL,
  principalId: 'efefefef-0000-4000-8000-000000000001',
  clientId: 'efefefef-0000-4000-8000-000000000002',
  displayName: 'id-workload',
  identityType: 'UserAssigned' as const,
  resourceId: `/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/RG-App/providers/Microsoft.ManagedIdentity/userAssignedIdentities/Id-Workload`,
};
const CREDENTIAL = {
  resourceId: `${IDENTITY.resourceId}/federatedIdentityCredentials/workload`,
  name: 'workload',
  clientId: IDENTITY.clientId,
  issuer: ISSUER,
  subject: SUBJECT,
  audiences: [AUDIENCE],
};
const cluster = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

let app: PublicApp;
let graph: ReturnType<typeof graphOf>;
let fetched: string[] = [];
const isDown = false;
let kids = ['k1'];
/** Runs while the issuer's keys are being fetched. */
let meanwhile = async () => {};
beforeAll(async () => {
  app = await startPublicApp({
    fetchDocument: async (url) => {
      fetched.push(url);
      await meanwhile();
      if (isDown || !url.startsWith(ISSUER)) throw new Error('ECONNREFUSED');
      if (url.endsWith('openid-configuration')) return { issuer: ISSUER, jwks_uri: `${ISSUER}openid/v1/jwks` };
      return { keys: kids.map((kid) => ({ ...cluster.publicKey.export({ format: 'jwk' }), use: 'sig', kid })) };
    },
  });
  app.follow(OPERATOR_CHANGE);
  app.follow({ kind: 'servicePrincipal', id: IDENTITY.principalId, value: IDENTITY });
  app.follow({ kind: 'federatedCredential', id: CREDENTIAL.resourceId, value: CREDENTIAL });
  graph = graphOf(app);
});
afterAll(() => app.close());

type Change = {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  key?: KeyObject;
  algorithm?: 'RS256' | 'RS512' | 'HS256';
};
/** A service account's token as a cluster writes it. `undefined` takes a member out. */
const projected = ({ claims = {}, header = {}, key = cluster.privateKey, algorithm = 'RS256' }: Change = {}) =>
  jwt.sign(
    JSON.stringify({ aud: [AUDIENCE], exp: NOW + 3_600, iat: NOW, iss: ISSUER, nbf: NOW, sub: SUBJECT, ...claims }),
    key as KeyObject,
    { algorithm, header: JSON.parse(JSON.stringify({ alg: algorithm, kid: 'k1', ...header })) },
  );
const exchange = (assertion: string, { clientId = IDENTITY.clientId, tenant = TENANT.tenantId, more = {} } = {}) =>
  send(`${app.origin}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: tokenForm({ client_id: clientId, client_assertion: assertion, ...more }),
  });

describe("a cluster's token for a user-assigned identity", () => {
  it('becomes a token of that identity', async () => {
    const { status, body } = await exchange(projected());
    expect([status, body.expires_in]).toEqual([200, 86_400]);
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: 'https://vault.azure.net',
      appid: IDENTITY.clientId,
      appidacr: '2',
      oid: IDENTITY.principalId,
      sub: IDENTITY.principalId,
      xms_mirid: IDENTITY.resourceId.replace('resourceGroups', 'resourcegroups'),
    });
    expect(claimsOf(body.access_token)).not.toHaveProperty('xms_az_rid');
  });

  it.each<[string, Change]>([
    ['with one audience as text', { claims: { aud: AUDIENCE } }],
    ['with white space at its end', {}],
    ['without nbf', { claims: { nbf: undefined } }],
    ['a little late', { claims: { exp: NOW - 299 } }],
  ])('is taken %s', async (_, change) => {
    expect((await exchange(`${projected(change)}\n`)).status).toBe(200);
  });

  it.each<[string, Change, [number, string, number]]>([
    [
      'another issuer',
      { claims: { iss: 'https://eastus.oic.prod-aks.azure.com/aaaa/bbbb/' } },
      [401, 'invalid_client', 700211],
    ],
    ['the issuer without its slash', { claims: { iss: ISSUER.slice(0, -1) } }, [401, 'invalid_client', 700211]],
    [
      'the issuer in another case',
      { claims: { iss: ISSUER.replace('aaaa', 'AAAA') } },
      [401, 'invalid_client', 700211],
    ],
    ['another audience', { claims: { aud: ['https://kubernetes.default.svc'] } }, [401, 'invalid_client', 700212]],
    [
      'two audiences',
      { claims: { aud: [AUDIENCE, 'https://kubernetes.default.svc'] } },
      [401, 'invalid_client', 700212],
    ],
    [
      "the resource's id as audience",
      { claims: { aud: 'fb60f99c-7a34-4190-8149-302f77469936' } },
      [401, 'invalid_client', 700212],
    ],
    ['no audience', { claims: { aud: undefined } }, [401, 'invalid_client', 700212]],
    ['another subject', { claims: { sub: 'system:serviceaccount:default:other' } }, [401, 'invalid_client', 700213]],
    ['the subject in another case', { claims: { sub: SUBJECT.toUpperCase() } }, [401, 'invalid_client', 7002138]],
    ['no subject', { claims: { sub: undefined } }, [401, 'invalid_client', 700213]],
    ['a key that the issuer does not publish', { header: { kid: 'k2' } }, [401, 'invalid_client', 7000272]],
    ['no kid', { header: { kid: undefined } }, [400, 'invalid_request', 50027]],
    ['a signature of another key', { key: stranger.privateKey }, [401, 'invalid_client', 700027]],
    [
      'a key of its own',
      { key: stranger.privateKey, header: { jwk: stranger.publicKey.export({ format: 'jwk' }) } },
      [401, 'invalid_client', 700027],
    ],
    ['another algorithm', { algorithm: 'RS512' }, [400, 'invalid_request', 50027]],
    ['an exp that has passed', { claims: { exp: NOW - 300 } }, [401, 'invalid_client', 700024]],
    ['an nbf to come', { claims: { nbf: NOW + 301 } }, [401, 'invalid_client', 700024]],
    ['no exp', { claims: { exp: undefined } }, [400, 'invalid_request', 50027]],
  ])('is refused with %s', async (_, change, expected) => {
    const { status, body } = await exchange(projected(change));
    const [expectedStatus, error, code] = expected;
    expect([status, body.error, body.error_codes]).toEqual([expectedStatus, error, [code]]);
  });

  it.each([
    ['alg none', `${encode({ alg: 'none', kid: 'k1' })}.${encode(payload())}.`],
    ['an HMAC with the public key', hmac()],
  ])('is refused with %s', async (_, token) => {
    expect((await exchange(token)).body.error_codes).toEqual([50027]);
  });

  it('is refused with claims that were changed', async () => {
    const [header, , signature] = projected().split('.');
    const token = [header, encode({ ...payload(), exp: NOW + 9e6 }), signature].join('.');
    expect((await exchange(token)).body.error_codes).toEqual([700027]);
  });

  it('opens no other identity, tenant or application', async () => {
    expect((await exchange(projected(), { clientId: PRINCIPAL.clientId })).body.error_codes).toEqual([70025]);
    expect((await exchange(projected(), { clientId: OPERATOR.clientId })).body.error_codes).toEqual([70025]);
    expect((await exchange(projected(), { tenant: OTHER_TENANT.tenantId })).body.error_codes).toEqual([700016]);
  });

  it("quotes the mismatch in Entra's words", async () => {
    const { body } = await exchange(projected({ claims: { sub: 'x' } }));
    expect(body.error_description).toContain(
      "AADSTS700213: No matching federated identity record found for presented assertion subject 'x'. Check your " +
        'federated identity credential Subject, Audience and Issuer against the presented assertion. ' +
        'https://learn.microsoft.com/entra/workload-id/workload-identity-federation Trace ID: ',
    );
    const none = await exchange(projected(), { clientId: PRINCIPAL.clientId });
    expect(none.body.error_description).toContain(
      `AADSTS70025: The client '${PRINCIPAL.clientId}'(${PRINCIPAL.displayName}) has no configured federated identity credentials.`,
    );
  });

  it('makes nobody ask an address that no credential names', async () => {
    fetched = [];
    await exchange(projected({ claims: { iss: 'https://evil.oic.prod-aks.azure.com/' } }));
    await exchange(projected({ claims: { sub: 'other' } }));
    await exchange(projected(), { clientId: PRINCIPAL.clientId });
    expect(fetched).toEqual([]);
  });

  it('ends with its credential', async () => {
    app.follow({ kind: 'federatedCredential', id: CREDENTIAL.resourceId, value: null });
    expect((await exchange(projected())).body.error_codes).toEqual([70025]);
    app.follow({ kind: 'federatedCredential', id: CREDENTIAL.resourceId, value: CREDENTIAL });
    expect((await exchange(projected())).status).toBe(200);
  });

  it.each<[string, () => FeedChange, number]>([
    ['its credential', () => ({ kind: 'federatedCredential', id: CREDENTIAL.resourceId, value: null }), 70025],
    ['the identity itself', () => ({ kind: 'servicePrincipal', id: IDENTITY.principalId, value: null }), 700016],
  ])('is refused when the keys arrive after %s was deleted', async (_, gone, code) => {
    meanwhile = async () => {
      meanwhile = async () => {};
      app.follow(gone());
    };
    // A kid that is not known yet, though it is published: the keys are fetched once more.
    kids = ['k1', `k-${code}`];
    const { body } = await exchange(projected({ header: { kid: kids[1] } }));
    app.follow({ kind: 'servicePrincipal', id: IDENTITY.principalId, value: IDENTITY });
    app.follow({ kind: 'federatedCredential', id: CREDENTIAL.resourceId, value: CREDENTIAL });
    expect(body.error_codes).toEqual([code]);
    expect((await exchange(projected({ header: { kid: kids[1] } }))).status).toBe(200);
  });

  it('is told to come again when the keys arrive in another life of the lab', async () => {
    meanwhile = async () => {
      meanwhile = async () => {};
      app.state.epoch = 'second';
    };
    kids = ['k1', 'k-life'];
    const { status, body } = await exchange(projected({ header: { kid: 'k-life' } }));
    expect([status, body.error_codes]).toEqual([503, [90033]]);
    expect((await exchange(projected({ header: { kid: 'k-life' } }))).status).toBe(200);
  });

  it('says that the issuer cannot be reached, where it is a stranger to the lab', async () => {
    const issuer = 'https://token.actions.githubusercontent.com';
    const id = `${CREDENTIAL.resourceId}-github`;
    app.follow({ kind: 'federatedCredential', id, value: { ...CREDENTIAL, issuer } });
    fetched = [];
    const { status, body } = await exchange(projected({ claims: { iss: issuer } }));
    expect([status, body.error, body.error_codes]).toEqual([400, 'invalid_request', [50166]]);
    expect(body.error_description).toContain('AADSTS50166: Request to External OIDC endpoint failed. Trace ID: ');
    expect(fetched).toEqual([]);
    app.follow({ kind: 'federatedCredential', id, value: null });
  });

  it('leaves neither token nor claims in the events', async () => {
    const token = projected();
    await exchange(token);
    const event = app.events.since(0).at(-1);
    expect(event?.checks?.map(({ check, outcome }) => `${check}: ${outcome}`)).toEqual([
      'tenant: passed',
      'request: passed',
      'service principal: passed',
      'assertion format: passed',
      'federated credential: passed',
      'federated assertion: passed',
      'resource: passed',
    ]);
    expect(JSON.stringify(event)).not.toContain(token.split('.')[2]);
    await exchange(projected({ claims: { exp: NOW - 900 } }));
    expect(app.events.since(0).at(-1)?.checks?.at(-1)).toMatchObject({
      check: 'federated assertion',
      outcome: 'failed',
    });
  });
});

describe('a federated credential of an application', () => {
  const trust = async (change: object = {}) => {
    const { application } = await graph.createApplication();
    const body = { name: 'trusted', issuer: ISSUER, subject: SUBJECT, audiences: [AUDIENCE], ...change };
    const { status } = await graph.ask('POST', `/applications/${application.id}/federatedIdentityCredentials`, body);
    expect(status).toBe(201);
    return application as { id: string; appId: string };
  };

  it("takes a cluster's token, at once and until it is deleted", async () => {
    const { id, appId } = await trust();
    const { status, body } = await exchange(projected(), { clientId: appId });
    expect([status, body.expires_in]).toEqual([200, 3_600]);
    expect(claimsOf(body.access_token)).toMatchObject({ appid: appId, appidacr: '2' });
    await graph.ask('DELETE', `/applications/${id}/federatedIdentityCredentials/trusted`);
    expect((await exchange(projected(), { clientId: appId })).body.error_codes).toEqual([70025]);
  });

  const own = (tenantId = TENANT.tenantId) => `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const identityToken = async (scope = 'api://AzureADTokenExchange/.default') => {
    const { body } = await exchange(projected(), { more: { scope } });
    return String(body.access_token);
  };

  it("takes a managed identity's token, without asking anybody for keys", async () => {
    const { appId } = await trust({ issuer: own(), subject: IDENTITY.principalId });
    const token = await identityToken();
    expect(claimsOf(token)).toMatchObject({ aud: 'fb60f99c-7a34-4190-8149-302f77469936', sub: IDENTITY.principalId });
    fetched = [];
    const { status, body } = await exchange(token, { clientId: appId });
    expect([status, claimsOf(body.access_token).appid]).toEqual([200, appId]);
    expect(fetched).toEqual([]);
  });

  it('takes none that was made for another resource, or for somebody else', async () => {
    const { appId } = await trust({ issuer: own(), subject: IDENTITY.principalId });
    const forVault = await identityToken('https://vault.azure.net/.default');
    expect((await exchange(forVault, { clientId: appId })).body.error_codes).toEqual([700211]); // v1.0: another issuer
    const forOther = await trust({ issuer: own(), subject: randomUUID() });
    expect((await exchange(await identityToken(), { clientId: forOther.appId })).body.error_codes).toEqual([700213]);
  });

  it('takes none that was changed after it was signed', async () => {
    const other = { ...IDENTITY, principalId: randomUUID(), clientId: randomUUID() };
    app.follow({ kind: 'servicePrincipal', id: other.principalId, value: other });
    const { appId } = await trust({ issuer: own(), subject: other.principalId });
    const [header, claims, signature] = (await identityToken()).split('.');
    const changed = { ...JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()), sub: other.principalId };
    const token = [header, encode(changed), signature].join('.');
    expect((await exchange(token, { clientId: appId })).body.error_codes).toEqual([700027]);
  });

  it.each([
    ['an application', OPERATOR.principalId],
    ['a system-assigned identity', PRINCIPAL.principalId],
  ])('takes none of %s', async (_, sub) => {
    const { appId } = await trust({ issuer: own(), subject: sub });
    const key = app.keys.current();
    const claims = { iss: own(), sub, aud: 'fb60f99c-7a34-4190-8149-302f77469936', exp: NOW + 60 };
    const token = jwt.sign(claims, key.privateKey, { algorithm: 'RS256', keyid: key.kid, noTimestamp: true });
    expect((await exchange(token, { clientId: appId })).body.error_codes).toEqual([700222]);
  });

  it("takes none of another tenant's identities", async () => {
    const { appId } = await trust({ issuer: own(OTHER_TENANT.tenantId), subject: IDENTITY.principalId });
    const key = app.keys.current();
    const claims = { iss: own(OTHER_TENANT.tenantId), sub: IDENTITY.principalId, aud: AUDIENCE, exp: NOW + 60 };
    const token = jwt.sign(claims, key.privateKey, { algorithm: 'RS256', keyid: key.kid, noTimestamp: true });
    expect((await exchange(token, { clientId: appId })).body.error_codes).toEqual([700222]);
  });

  it('is nothing that a managed identity can have for an issuer of Entra', async () => {
    const id = `${CREDENTIAL.resourceId}-entra`;
    const value = { ...CREDENTIAL, issuer: own(), subject: IDENTITY.principalId };
    app.follow({ kind: 'federatedCredential', id, value });
    const { body } = await exchange(await identityToken());
    app.follow({ kind: 'federatedCredential', id, value: null });
    expect([body.error_codes, body.error]).toEqual([[700222], 'invalid_client']);
    expect(body.error_description).toContain(
      'AADSTS700222: AAD-issued tokens may not be used for federated identity flows.',
    );
  });
});

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
function payload() {
  return { aud: [AUDIENCE], exp: NOW + 3_600, iss: ISSUER, nbf: NOW, sub: SUBJECT };
}
function hmac(): string {
  const pem = cluster.publicKey.export({ type: 'spki', format: 'pem' }) as string;
  return jwt.sign(payload(), pem, {
    algorithm: 'HS256',
    keyid: 'k1',
    noTimestamp: true,
    allowInvalidAsymmetricKeyTypes: true,
  });
}
