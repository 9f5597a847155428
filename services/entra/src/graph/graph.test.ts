import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PublicApp, send, startPublicApp, TENANT, tokenForm } from '../testing.ts';
import { graphOf, hours, OPERATOR, OPERATOR_CHANGE } from './testing.ts';

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

describe('az ad sp create-for-rbac', () => {
  it('finds nothing, makes application, secret and service principal, and the secret signs in', async () => {
    const name = 'az-made';
    expect((await filtered('servicePrincipals', `displayName eq '${name}'`)).body.value).toEqual([]);
    expect((await filtered('applications', `startswith(displayName,'${name}')`)).body).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications',
      value: [],
    });
    const made = await ask('POST', '/applications', { displayName: name, keyCredentials: [] });
    expect(made.status).toBe(201);
    expect(made.headers).toMatchObject({
      'content-type':
        'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      'odata-version': '4.0',
      location: expect.stringContaining(`/directoryObjects/${made.body.id}/Microsoft.DirectoryServices.Application`),
    });
    expect(made.body).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications/$entity',
      appId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      displayName: name,
      identifierUris: [],
      passwordCredentials: [],
      keyCredentials: [],
      publisherDomain: TENANT.domain,
      signInAudience: 'AzureADMyOrg',
      api: { requestedAccessTokenVersion: null, oauth2PermissionScopes: [] },
    });
    const password = await ask('POST', `/applications/${made.body.id}/addPassword`, {
      passwordCredential: { displayName: 'rbac', startDateTime: hours(0), endDateTime: hours(8_760) },
    });
    expect([password.status, password.body]).toEqual([
      200,
      {
        '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.passwordCredential',
        customKeyIdentifier: null,
        displayName: 'rbac',
        endDateTime: hours(8_760),
        hint: password.body.secretText.slice(0, 3),
        keyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        secretText: expect.stringMatching(/^[A-Za-z0-9]{3}8Q~[\w-]{34}$/),
        startDateTime: hours(0),
      },
    ]);
    const principal = await ask('POST', '/servicePrincipals', { appId: made.body.appId, accountEnabled: true });
    expect(principal.status).toBe(201);
    expect(principal.body).toMatchObject({
      appId: made.body.appId,
      accountEnabled: true,
      displayName: name,
      servicePrincipalNames: [made.body.appId],
      servicePrincipalType: 'Application',
      appOwnerOrganizationId: TENANT.tenantId,
    });
    const form = tokenForm({
      client_id: made.body.appId,
      client_assertion: undefined,
      client_assertion_type: undefined,
      client_secret: password.body.secretText,
    });
    const url = `${app.origin}/${TENANT.tenantId}/oauth2/v2.0/token`;
    expect((await send(url, { method: 'POST', body: form })).status).toBe(200);

    const shown = await ask('GET', `/applications/${made.body.id}`);
    expect(shown.body.passwordCredentials).toEqual([
      expect.objectContaining({ displayName: 'rbac', secretText: null, hint: password.body.hint }),
    ]);
    expect(shown.text).not.toContain(password.body.secretText);
  });

  it('says what az waits for when the application does not exist, and what there is twice', async () => {
    const appId = randomUUID();
    const missing = await ask('POST', '/servicePrincipals', { appId });
    expect([missing.status, missing.body.error?.code, missing.body.error?.message]).toEqual([
      400,
      'Request_BadRequest',
      `The appId '${appId}' of the service principal does not reference a valid application object.`,
    ]);
    const again = await ask('POST', '/servicePrincipals', { appId: OPERATOR.clientId });
    expect([again.status, again.body.error?.code]).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue']);
  });
});

describe('lists', () => {
  it('come in pages, each object once, whatever is deleted meanwhile', async () => {
    const prefix = `page ${randomUUID()}`;
    const made = await Promise.all(
      Array.from({ length: 7 }, (_, n) => createApplication({ displayName: `${prefix} ${n}` })),
    );
    const query = `?$filter=${encodeURIComponent(`startswith(displayName,'${prefix}')`)}&$select=id&$top=3&$count=true`;
    const first = await ask('GET', `/applications${query}`, undefined, { headers: { ConsistencyLevel: 'eventual' } });
    expect(first.body['@odata.count']).toBe(7);
    expect(Object.keys(first.body.value[0])).toEqual(['id']);
    await ask('DELETE', `/applications/${first.body.value[2].id}`);
    const ids: string[] = first.body.value.map(({ id }: { id: string }) => id);
    for (let page = first; page.body['@odata.nextLink']; ) {
      const link = new URL(page.body['@odata.nextLink']);
      expect(link.origin).toBe('https://graph.microsoft.com');
      page = await ask('GET', link.pathname + link.search);
      ids.push(...page.body.value.map(({ id }: { id: string }) => id));
    }
    expect(ids.sort()).toEqual(made.map(({ application }) => application.id).sort());
  });

  it.each([
    ['$top=0'],
    ['$top=1000'],
    ['$skiptoken=x'],
    ['$filter=hello'],
    ['$filter=a eq 1&$filter=a eq 1'],
    ['$select=nope'],
    ["$select='"],
    ['$search=x'],
  ])('refuse %s', async (query) => {
    const { status, body } = await ask('GET', `/servicePrincipals?${query.replaceAll(' ', '%20')}`);
    expect([status, Object.keys(body.error)]).toEqual([400, ['code', 'message', 'innerError']]);
  });
});

describe('bad input', () => {
  it.each<[string, string, string, unknown, Record<string, string>, number]>([
    ['malformed JSON', 'POST', '/applications', '{', {}, 400],
    ['a body that is no object', 'POST', '/applications', '[]', {}, 400],
    ['no body', 'POST', '/applications', undefined, {}, 400],
    ['a body over the limit', 'POST', '/applications', { displayName: 'x'.repeat(300_000) }, {}, 413],
    ['a compressed body', 'POST', '/applications', '{}', { 'Content-Encoding': 'gzip' }, 400],
    ['another version', 'GET', '/v1.0x', undefined, {}, 400],
    ['an unknown segment', 'GET', '/nothing', undefined, {}, 400],
    ['malformed percent-encoding', 'GET', '/applications/%ZZ', undefined, {}, 400],
    ['an encoded slash', 'GET', '/applications/a%2Fb', undefined, {}, 404],
    ['a member that is not emulated', 'GET', '/groups/x/$ref/y', undefined, {}, 404],
    ['an operation that is not emulated', 'POST', '/users', {}, {}, 501],
    ['batches', 'POST', '/$batch', {}, {}, 501],
    ['another method', 'PUT', '/applications', {}, {}, 501],
  ])('is refused in the words of Graph: %s', async (_, method, path, body, headers, status) => {
    const answer = await ask(method, path, body, { headers });
    expect([answer.status, Object.keys(answer.body.error)]).toEqual([status, ['code', 'message', 'innerError']]);
  });

  it.each([
    ['lists in lists', `{"displayName":"deep","addIns":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['objects in objects', `{"displayName":"deep","api":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`],
  ])('is refused where it is nested too deeply: %s', async (_, text) => {
    const { status, body } = await ask('POST', '/applications', text);
    expect([status, body.error.message]).toEqual([400, 'The JSON content is nested too deeply.']);
    expect((await filtered('applications', "displayName eq 'deep'")).body.value).toEqual([]);
  });

  it('is refused before anything is written, and what cannot be selected is left out afterwards', async () => {
    const { application } = await createApplication();
    const path = `/applications/${application.id}`;
    expect((await ask('POST', `${path}/addPassword?$top=0`, {})).status).toBe(400);
    expect((await ask('GET', path)).body.passwordCredentials).toEqual([]);
    const { status, body } = await ask('POST', `${path}/addPassword?$select=secretText,nothing`, {});
    expect([status, Object.keys(body)]).toEqual([200, ['@odata.context', 'secretText']]);
    expect((await ask('GET', `${path}?$select=nothing`)).status).toBe(400);
  });

  it('names the operation that is not emulated', async () => {
    const { body } = await ask('POST', '/users', {});
    expect(body.error?.message).toBe('The lab does not emulate POST /users of Microsoft Graph.');
  });

  it('is served under its own name alone', async () => {
    const { status, body } = await send(`${app.origin}/v1.0/applications`);
    expect([status, body.error]).toEqual([404, 'invalid_request']);
  });
});

it('tells what was done in its events, and no secret', async () => {
  const { application } = await createApplication();
  const { body } = await ask('POST', `/applications/${application.id}/addPassword`, {});
  const events = app.events.since(0);
  expect(events.at(-1)).toMatchObject({
    operation: 'AddPassword',
    host: 'graph.microsoft.com',
    principalId: OPERATOR.principalId,
  });
  expect(JSON.stringify(events)).not.toContain(body.secretText);
  const rows = app.db.prepare('SELECT * FROM secrets').all();
  expect(JSON.stringify(rows)).not.toContain(body.secretText);
});

it('makes nothing in a new life of the lab for a request that was let in in another', async () => {
  const { findPublic } = app.keys;
  vi.spyOn(app.keys, 'findPublic').mockImplementationOnce((kid) => {
    app.state.epoch = 'second';
    return findPublic(kid);
  });
  const made = await ask('POST', '/applications', { displayName: 'of-another-life' });
  expect([made.status, made.body.error?.code]).toEqual([503, 'ServiceUnavailable']);
  expect((await filtered('applications', "displayName eq 'of-another-life'")).body.value).toEqual([]);
});
