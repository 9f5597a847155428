import { operatorOf } from '@lab/shared/lab/ids.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { bearer, bearerJson, fakeLabApi } from '../testing/lab-api.ts';

const { fabric, lab, get, post } = fakeLabApi();

const CONTOSO = 'aaaa1111-1111-4111-8111-11111111aaaa';
const FABRIKAM = '22222222-2222-4222-8222-222222222222';
const SUBSCRIPTION = '/subscriptions/33333333-3333-4333-8333-333333333333';
const OTHER_SUBSCRIPTION = '/subscriptions/33333333-3333-4333-8333-333333333334';
const resources = (...list: object[]) => ({ status: 200, body: { resources: list } });
const subscription = (id: string, tenantId: string) => ({
  kind: 'subscription',
  id,
  subscriptionId: id.split('/')[2],
  tenantId,
});

beforeEach(() => {
  fabric.answers = {
    arm: { status: 200, headers: { 'content-type': 'application/json', connection: 'close' }, body: { value: [] } },
    'arm GET /resources?kind=tenant': resources(
      { kind: 'tenant', id: CONTOSO, tenantId: CONTOSO, name: 'contoso' },
      { kind: 'tenant', id: FABRIKAM, tenantId: FABRIKAM, name: 'fabrikam' },
    ),
    'arm GET /resources?kind=subscription': resources(
      subscription(SUBSCRIPTION, CONTOSO),
      subscription(OTHER_SUBSCRIPTION, FABRIKAM),
    ),
    entra: { status: 200, headers: {}, body: { ok: true } },
    'entra POST /forge': { status: 200, body: { token: 'a.b.c', header: {}, claims: {} } },
  };
});

describe('a request to Azure', () => {
  const ask = (request: object) => post('/azure', bearerJson, JSON.stringify({ method: 'GET', ...request }));
  const sent = () => fabric.called.filter((call) => / \/azure/.test(call));
  const forgedFor = () =>
    fabric.called.filter((call) => call.startsWith('entra POST /forge')).map((call) => JSON.parse(call.slice(18)));

  it('is sent with a token of the operator, and what came back is told', async () => {
    const { status, json } = await ask({ method: 'PUT', path: `${SUBSCRIPTION}/x?api-version=1`, body: { a: 1 } });
    expect([status, json]).toEqual([
      200,
      { status: 200, headers: { 'content-type': 'application/json' }, body: { value: [] } },
    ]);
    expect(sent()).toEqual([`arm PUT /azure${SUBSCRIPTION}/x?api-version=1 {"a":1}`]);
    expect(fabric.headers.at(-1)).toEqual({ authorization: 'Bearer a.b.c' });
    expect(forgedFor()).toEqual([
      { principalId: operatorOf('contoso').principalId, audience: 'https://management.azure.com' },
    ]);
  });

  it('is a refusal of Azure as well as what it grants', async () => {
    fabric.answers.arm = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'No.' } } };
    const { status, json } = await ask({ path: SUBSCRIPTION });
    expect([status, json.status, json.body.error.code]).toEqual([200, 403, 'AuthorizationFailed']);
  });

  it.each([
    ['of its subscription', { path: `${OTHER_SUBSCRIPTION.toUpperCase()}?api-version=1` }, 'fabrikam'],
    ['that is named', { path: '/subscriptions', tenant: 'Fabrikam' }, 'fabrikam'],
    ['that is named by its id', { path: '/subscriptions', tenant: FABRIKAM }, 'fabrikam'],
    ['of the first tenant, where nothing else says it', { path: '/tenants' }, 'contoso'],
    ['of the first tenant, for a subscription of nobody', { path: '/subscriptions/none' }, 'contoso'],
  ])('is sent in the name of the operator %s', async (_, request, tenant) => {
    expect((await ask({ ...request, path: request.path.replace('/SUBSCRIPTIONS', '/subscriptions') })).status).toBe(
      200,
    );
    expect(forgedFor()[0].principalId).toBe(operatorOf(tenant).principalId);
  });

  it('can be one of Microsoft Graph', async () => {
    const { json } = await ask({ api: 'graph', path: '/v1.0/applications?$top=1', tenant: 'contoso' });
    expect(json.body).toEqual({ ok: true });
    expect(sent()).toEqual(['entra GET /azure/v1.0/applications?$top=1']);
    expect(forgedFor()[0].audience).toBe('https://graph.microsoft.com');
  });

  it('is sent in the name of somebody else, for who may say so', async () => {
    await lab.azure.ask({ method: 'GET', path: '/tenants' }, CONTOSO);
    expect(forgedFor()[0].principalId).toBe(CONTOSO);
  });

  it.each([
    ['/reset'],
    ['/subscriptions/../../reset'],
    ['/subscriptions/..%2f../x/%2e%2e/%2E%2e/../../reset'],
    ['/subscriptions/x/..\\..\\..\\lab'],
    ['/subscriptions\\..\\..\\forge'],
    ['//subscriptions'],
    ['/subscriptionsx'],
    ['/subscriptions/x#?'],
    ['/v1.0/applications'],
    ['subscriptions'],
    ['/subscriptions/\t../.\n./../reset'],
  ])('is for no other route of a service: %j', async (path) => {
    expect((await ask({ path })).json?.error?.code).toBe('BadRequest');
    expect(fabric.called).toEqual([]);
  });

  it('of Graph has paths of Graph', async () => {
    for (const path of ['/forge', '/v1.0/../forge', '/subscriptions', '/v1.0']) {
      expect((await ask({ api: 'graph', path })).status).toBe(400);
    }
    expect(fabric.called).toEqual([]);
  });

  it.each([[{ method: 'OPTIONS' }], [{ path: 1 }], [{ more: 1 }], [{ api: 'vault' }], [{ tenant: 'nobody' }]])(
    'is refused when it is malformed: %j',
    async (wrong) => {
      expect((await ask({ path: '/tenants', ...wrong })).json?.error?.code).toBe('BadRequest');
      expect(sent()).toEqual([]);
    },
  );

  it('that nobody answers is said to be so', async () => {
    delete fabric.answers.arm;
    const { status, json, text } = await ask({ path: SUBSCRIPTION });
    expect([status, json.error.code]).toEqual([503, 'ServiceUnavailable']);
    expect(text).not.toContain('a.b.c');
  });
});

describe('who may do something', () => {
  const SECRET = `${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv/secrets/s`;
  const query = (more: Record<string, string>) => `?${new URLSearchParams({ resourceId: SECRET, ...more })}`;
  const decision = { operation: 'get', resourceId: SECRET, grantedBy: null, considered: [], leftOut: 2 };
  const judged = (principalId: string, reason: string) => ({
    principalId,
    reason,
    allowed: reason === 'granted',
    decision,
  });
  const identity = (principalId: string, displayName: string, identityType: string) => ({
    ...{ kind: 'servicePrincipal', id: principalId, principalId, clientId: `c-${principalId}`, tenantId: CONTOSO },
    ...{ displayName, identityType },
  });
  const { principalId: operator } = operatorOf('contoso');

  it('is asked of Resource Manager, for everybody there is, and told with their names', async () => {
    fabric.answers['arm GET /resources?kind=servicePrincipal'] = resources(
      identity('p1', 'vm-app01', 'SystemAssigned'),
      identity('p2', 'id-orders', 'UserAssigned'),
    );
    const application = { kind: 'application', tenantId: CONTOSO };
    fabric.answers['entra GET /resources'] = resources(
      { ...application, id: 'c3', clientId: 'c3', principalId: operator, displayName: 'operator' },
      { ...application, id: 'c4', clientId: 'c4', principalId: 'p4', displayName: 'batch' },
      { ...application, id: 'c5', clientId: 'c5', displayName: 'without a service principal' },
    );
    const principals = ['p1', 'p4', operator, 'P2', 'gone'].map((id, index) =>
      judged(id, index === 3 ? 'granted' : 'notGranted'),
    );
    fabric.answers['arm POST /access'] = { status: 200, body: { principals } };
    const dataAction = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
    const { json } = await get(`/access${query({ dataAction })}`);
    const shown = json.principals.map((one: Record<string, unknown>) => [one.displayName, one.kind, one.allowed]);
    expect(shown).toEqual([
      ['id-orders', 'userAssigned', true],
      ['batch', 'application', false],
      ['operator', 'operator', false],
      ['vm-app01', 'systemAssigned', false],
      ['', 'unknown', false],
    ]);
    expect(json.principals[0].decision).toEqual(decision);
    const [asked] = fabric.called.filter((call) => call.startsWith('arm POST /access'));
    expect(JSON.parse(asked?.slice('arm POST /access '.length) ?? '')).toEqual({
      resourceId: SECRET,
      dataAction,
      principals: [
        { principalId: 'p1', clientId: 'c-p1', tenantId: CONTOSO },
        { principalId: 'p2', clientId: 'c-p2', tenantId: CONTOSO },
        { principalId: operator, clientId: 'c3', tenantId: CONTOSO },
        { principalId: 'p4', clientId: 'c4', tenantId: CONTOSO },
      ],
    });
  });

  it.each([[{}], [{ dataAction: 'a', action: 'b' }], [{ dataAction: '' }], [{ action: 'a', resourceId: '/x' }]])(
    'is asked of nobody when the question is malformed: %j',
    async (wrong) => {
      expect((await get(`/access${query(wrong as Record<string, string>)}`, bearer)).status).toBe(400);
      expect(fabric.called).toEqual([]);
    },
  );
});
