import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDENTITY, type PublicApp, STRANGER, startPublicApp, TENANT } from '../../testing.ts';
import { graphOf, hours, OPERATOR, OPERATOR_CHANGE } from '../testing.ts';

let app: PublicApp;
let ask: ReturnType<typeof graphOf>['ask'];
let createApplication: ReturnType<typeof graphOf>['createApplication'];
let filtered: ReturnType<typeof graphOf>['filtered'];
beforeAll(async () => {
  app = await startPublicApp();
  app.follow(OPERATOR_CHANGE);
  ({ ask, createApplication, filtered } = graphOf(app));
});
afterAll(() => app.close());

const der = (pem: string) => pem.replace(/-----[A-Z ]+-----/g, '').trim();

describe('applications', () => {
  it('are changed member by member', async () => {
    const { application } = await createApplication();
    const role = {
      id: randomUUID(),
      displayName: 'Read',
      description: 'Reads',
      value: 'Tasks.Read',
      allowedMemberTypes: ['Application'],
    };
    const uri = `api://${application.appId}`;
    const patch = { identifierUris: [uri], appRoles: [role], api: { requestedAccessTokenVersion: 2 }, notes: 'x' };
    expect((await ask('PATCH', `/applications/${application.id}`, patch)).status).toBe(204);
    const { body } = await ask('GET', `/applications/${application.id}`);
    expect(body).toMatchObject({
      displayName: application.displayName,
      identifierUris: [uri],
      appRoles: [{ ...role, isEnabled: true }],
      api: { requestedAccessTokenVersion: 2, knownClientApplications: [] },
      notes: 'x',
    });
    expect((await filtered('applications', `identifierUris/any(s:s eq '${uri}')`)).body.value).toHaveLength(1);
  });

  it.each([
    ['the name of a service of Azure', 'https://vault.azure.net', 'HostNameNotOnVerifiedDomain'],
    ["a host of somebody else's", 'https://evil.example/api', 'HostNameNotOnVerifiedDomain'],
    ['a host that only ends alike', `https://evil${TENANT.domain}`, 'HostNameNotOnVerifiedDomain'],
    ['the token exchange', 'api://AzureADTokenExchange', 'HostNameNotOnVerifiedDomain'],
    ['the name of another application', 'api://taken/', 'Request_MultipleObjectsWithSameKeyValue'],
  ])('cannot take %s', async (_, uri, code) => {
    if ((await filtered('applications', "identifierUris/any(s:s eq 'api://taken')")).body.value.length === 0) {
      await createApplication({ identifierUris: ['api://taken'] });
    }
    const { status, body } = await ask('POST', '/applications', { displayName: 'x', identifierUris: [uri] });
    expect([status, body.error?.code]).toEqual([400, code]);
  });

  it('take the certificates that az uploads, and keep those whose key is not repeated', async () => {
    const key = { type: 'AsymmetricX509Cert', usage: 'Verify', keyId: randomUUID(), displayName: null };
    const entry = { '@odata.type': '#microsoft.graph.keyCredential', ...key, key: der(IDENTITY.cert) };
    const { application } = await createApplication({ keyCredentials: [entry] });
    expect(application.keyCredentials).toEqual([
      expect.objectContaining({
        keyId: key.keyId,
        key: null,
        customKeyIdentifier: expect.stringMatching(/^[0-9A-F]{40}$/),
      }),
    ]);
    const other = { ...key, keyId: randomUUID(), key: der(STRANGER.cert) };
    const path = `/applications/${application.id}`;
    await ask('PATCH', path, { keyCredentials: [...application.keyCredentials, other] });
    const { body } = await ask('GET', `${path}?$select=keyCredentials`);
    expect(body.keyCredentials.map(({ key }: { key: string }) => key)).toEqual(
      [IDENTITY, STRANGER].map(({ cert }) => der(cert).replace(/\s/g, '')),
    );
    await ask('PATCH', path, { keyCredentials: [] });
    expect((await ask('GET', path)).body.keyCredentials).toEqual([]);
  });

  it.each([
    ['no name', {}],
    ['a name that is none', { displayName: 7 }],
    ['an unknown property', { displayName: 'x', hello: 1 }],
    ['a certificate that is none', { displayName: 'x', keyCredentials: [{ key: 'AAAA' }] }],
    ['a key of an unknown id', { displayName: 'x', keyCredentials: [{ keyId: randomUUID(), key: null }] }],
    [
      'a key for longer than its certificate',
      { displayName: 'x', keyCredentials: [{ key: der(IDENTITY.cert), endDateTime: hours(1e5) }] },
    ],
    [
      'two app roles of one value',
      {
        displayName: 'x',
        appRoles: ['a', 'b'].map(() => ({
          id: randomUUID(),
          value: 'v',
          displayName: 'v',
          allowedMemberTypes: ['Application'],
        })),
      },
    ],
    ['token version 3', { displayName: 'x', api: { requestedAccessTokenVersion: 3 } }],
    ['a secret of its own choice', { displayName: 'x', passwordCredentials: [{ secretText: 's3cret' }] }],
  ])('are refused with %s', async (_, body) => {
    const { status, body: answer } = await ask('POST', '/applications', body);
    expect([status, answer.error?.code]).toEqual([400, 'Request_BadRequest']);
    expect(JSON.stringify(answer)).not.toContain('s3cret');
  });
});

describe('federated credentials of an application', () => {
  const credential = {
    name: 'github',
    issuer: 'https://westeurope.oic.prod-aks.azure.com/x/y/',
    subject: 'system:serviceaccount:default:app',
    audiences: ['api://AzureADTokenExchange'],
  };

  it('are made, found by id and by name, changed and deleted', async () => {
    const { application } = await createApplication();
    const path = `/applications/${application.id}/federatedIdentityCredentials`;
    const made = await ask('POST', `/beta${path}`, { ...credential, description: 'x' });
    expect([made.status, made.body]).toEqual([
      201,
      {
        '@odata.context': `https://graph.microsoft.com/beta/$metadata#applications('${application.id}')/federatedIdentityCredentials/$entity`,
        id: expect.any(String),
        ...credential,
        description: 'x',
      },
    ]);
    expect((await ask('GET', path)).body.value).toHaveLength(1);
    for (const key of [made.body.id, 'GitHub']) expect((await ask('GET', `${path}/${key}`)).body.name).toBe('github');
    expect((await ask('PATCH', `${path}/github`, { subject: 'other' })).status).toBe(204);
    expect((await ask('GET', `${path}/github`)).body.subject).toBe('other');
    expect((await ask('DELETE', `${path}/${made.body.id}`)).status).toBe(204);
    expect((await ask('GET', `${path}/github`)).status).toBe(404);
  });

  it.each([
    ['two audiences', { audiences: ['a', 'b'] }],
    ['no audience', { audiences: [] }],
    ['an issuer without TLS', { issuer: 'http://issuer.example' }],
    ['a name with a slash', { name: 'a/b' }],
    ['no subject', { subject: '' }],
  ])('are refused with %s', async (_, change) => {
    const path = `/applications/${OPERATOR.objectId}/federatedIdentityCredentials`;
    expect((await ask('POST', path, { ...credential, ...change })).status).toBe(400);
  });
});
