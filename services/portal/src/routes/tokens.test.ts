import { ELSEWHERE, FLAW_NAMES } from '@lab/shared/forge/flaws.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { bearer, bearerJson, fakeLabApi, type Headers, TENANT } from '../testing/lab-api.ts';

const { fabric, get, post } = fakeLabApi();

/** Of somebody who is not of the lab. */
const ELSE = 'c0ffee00-0000-4000-8000-00000000000a';

describe('the inspector', () => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const tokenOf = (claims: object, header: object = { alg: 'RS256', kid: 'k1' }) =>
    `${encode(header)}.${encode(claims)}.c2ln`;
  const tenants = [{ kind: 'tenant', id: TENANT, tenantId: TENANT, name: 'contoso' }];
  const ofLab = { tid: TENANT, iss: `https://sts.windows.net/${TENANT}/` };
  const passed = (check: string) => ({ check, outcome: 'passed' });
  const report = { audience: 'https://x', checks: [passed('format')], accepted: true };
  const ask = (token: unknown, headers: Headers = bearerJson) =>
    post('/tokens/inspect', headers, JSON.stringify({ token }));
  beforeEach(() => {
    fabric.answers.arm = { status: 200, body: { resources: tenants } };
  });

  it('asks every service that checks tokens, and says of the signature what Entra says', async () => {
    const token = tokenOf(ofLab);
    const checks = [passed('format'), { check: 'signature', outcome: 'failed', reason: 'No.' }];
    const reports = { status: 200, body: { reports: [report] } };
    const decision = { operation: 'get', resourceId: '/kv', grantedBy: null, considered: [], leftOut: 7 };
    fabric.answers = {
      arm: { status: 200, body: { resources: tenants, reports: [report] } },
      keyvault: { status: 200, body: { reports: [{ ...report, resource: 'kv-lab', decision }] } },
      entra: { status: 200, body: { reports: [{ ...report, checks, accepted: false }], key: { kid: 'k1', n: 'x' } } },
      api: reports,
    };
    const { status, json } = await ask(token);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      header: { kid: 'k1' },
      claims: ofLab,
      tenant: { tenantId: TENANT, name: 'contoso' },
      signature: { kid: 'k1', key: { n: 'x' }, outcome: 'failed', check: 'signature', reason: 'No.' },
      services: [{ decision }, {}, {}, {}],
      unheard: ['blob'],
    });
    expect(
      json.services.map(({ service, resource }: { service: string; resource?: string }) => [service, resource]),
    ).toEqual([
      ['keyvault', 'kv-lab'],
      ['arm', undefined],
      ['graph', undefined],
      ['api', undefined],
    ]);
    const asked = ['keyvault', 'blob', 'arm', 'entra', 'api'].map(
      (service) => `${service} POST /tokens/checks ${JSON.stringify({ token })}`,
    );
    expect(fabric.called).toEqual(['arm GET /resources?kind=tenant', ...asked]);
  });

  it.each([
    ['of a tenant that is not of the lab', { tid: ELSE, iss: `https://sts.windows.net/${ELSE}/` }],
    ['of another issuer, without tenant', { iss: 'https://token.actions.githubusercontent.com' }],
    ['that says nothing of where it is from', {}],
    ['whose tenant is no text', { tid: [TENANT], iss: 1 }],
  ])('shows no service a token %s', async (_, claims) => {
    const { status, json } = await ask(tokenOf(claims));
    expect([status, json.error?.code]).toEqual([400, 'ForeignTenant']);
    expect(fabric.called).toEqual(['arm GET /resources?kind=tenant']);
  });

  it.each([
    ['of another tenant, as the forge makes it', { tid: ELSEWHERE, iss: `https://sts.windows.net/${ELSEWHERE}/` }],
    ['without tenant', { iss: ofLab.iss }],
    ['without issuer', { tid: TENANT.toUpperCase() }],
    ['of a cluster of the lab', { iss: `https://westeurope.oic.prod-aks.azure.com/${TENANT}/${ELSE}/` }],
  ])('shows them one %s', async (_, claims) => {
    expect((await ask(tokenOf(claims))).status).toBe(200);
    expect(fabric.called).toHaveLength(6);
  });

  it.each(['x', 'a.b', 'a.b.c', 'e30.e30', 'e30.W10.', 'e30.e30.a.b', 'e30.e30.e30.e30.e30', 'bnVsbA.e30.'])(
    'takes %s for no token, and asks nobody',
    async (token) => {
      const { status, json } = await ask(token);
      expect([status, json.error.code, fabric.called]).toEqual([400, 'NotAToken', []]);
    },
  );

  it('repeats nothing of a token that it does not take', async () => {
    for (const token of [tokenOf({ tid: ELSE }), `${tokenOf(ofLab)}.more`, 7, 'x'.repeat(50_000)]) {
      const { status, text } = await ask(token);
      expect(status).toBe(400);
      if (typeof token === 'string') expect(text).not.toContain(token.slice(0, 20));
    }
  });

  it('says so when it is not known which tenants there are', async () => {
    fabric.answers = {};
    expect((await ask(tokenOf(ofLab))).json.error.code).toBe('ServiceUnavailable');
    fabric.answers.arm = { status: 200, body: { resources: tenants } };
    expect((await ask(tokenOf(ofLab))).json).toMatchObject({
      signature: { outcome: 'unknown', kid: 'k1' },
      services: [],
      unheard: ['keyvault', 'blob', 'arm', 'graph', 'api'],
    });
  });

  it('is for who has the token of the lab API, and takes JSON alone', async () => {
    expect((await ask(tokenOf(ofLab), { 'content-type': 'application/json' })).status).toBe(401);
    expect((await ask(tokenOf(ofLab), { ...bearer, 'content-type': 'text/plain' })).status).toBe(400);
    expect(fabric.called).toEqual([]);
  });
});

describe('the forge', () => {
  const wish = { principal: 'vm-app01', audience: 'https://vault.azure.net', flaw: 'alg-none' };
  const forge = (body: unknown, headers: Headers = bearerJson) => post('/tokens', headers, JSON.stringify(body));

  it('asks Entra for the token', async () => {
    const made = { token: 'a.b.', header: { alg: 'none' }, claims: { oid: 'x' } };
    fabric.answers.entra = { status: 200, body: made };
    const { status, json } = await forge(wish);
    expect([status, json]).toEqual([200, made]);
    expect(fabric.called).toEqual([`entra POST /forge ${JSON.stringify(wish)}`]);
  });

  it('does not ask for what cannot be made', async () => {
    for (const [body, said] of [
      [{ ...wish, flaw: 'alg-some' }, /body.flaw/],
      [{ ...wish, sign: 'none' }, /sign/],
      [{ audience: 'x' }, /principal/],
      [{ principal: 'x' }, /body.audience/],
      [{ ...wish, claims: JSON.parse(`${'{"a":'.repeat(100)}0${'}'.repeat(100)}`) }, /nested/],
      [[], /body/],
    ] as const) {
      const { status, json } = await forge(body);
      expect([status, json?.error?.code]).toEqual([400, 'BadRequest']);
      expect(json?.error?.message).toMatch(said);
    }
    expect((await forge(wish, { ...bearer, 'content-type': 'text/plain' })).status).toBe(400);
    expect(fabric.called).toEqual([]);
  });

  it("gives Entra's reason, and says so when it cannot be asked", async () => {
    fabric.answers.entra = { status: 400, body: { error: { code: 'InvalidForgeRequest', message: 'Nobody.' } } };
    expect(await forge(wish)).toMatchObject({ status: 400, json: { error: { message: 'Nobody.' } } });
    for (const down of [undefined, { status: 500, body: {} }, { status: 200, body: {} }]) {
      fabric.answers = down ? { entra: down } : {};
      expect((await forge(wish)).json?.error?.code).toBe('ServiceUnavailable');
    }
  });

  it('lists the flaws by name', async () => {
    const { json } = await get('/tokens/flaws');
    expect(json.flaws.map(({ name }: { name: string }) => name)).toEqual(FLAW_NAMES);
  });
});
