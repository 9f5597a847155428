import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { FLAW_NAMES } from '@lab/shared/forge/flaws.ts';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { sourceOf } from './keys.ts';
import { managedIdentityOf, requireManagedIdentity } from './require-managed-identity.ts';
import {
  AUDIENCE,
  bearer,
  CLIENT,
  type FakeEntra,
  LAB_CA,
  OTHER_TENANT,
  PRINCIPAL,
  signingKey,
  startApi,
  startEntra,
  TENANT,
  tokenOf,
  type Wishes,
} from './testing.ts';
import type { Decision, ManagedIdentityOptions } from './types.ts';

const NEXT_KEY = signingKey('next');
let entra: FakeEntra;
let decisions: Decision[] = [];

const labOf = ({ origin }: FakeEntra) => ({ authority: origin, ca: LAB_CA.cert });
const start = async (options: Partial<ManagedIdentityOptions> = {}, source = entra) => {
  const onDecision = (decision: Decision) => decisions.push(decision);
  const api = await startApi({ audience: AUDIENCE, tenant: TENANT, lab: labOf(source), onDecision, ...options });
  onTestFinished(api.close);
  return api;
};
let api: Awaited<ReturnType<typeof startApi>>;

beforeAll(async () => {
  entra = await startEntra();
  const onDecision = (decision: Decision) => decisions.push(decision);
  api = await startApi({ audience: AUDIENCE, tenant: TENANT, lab: labOf(entra), roles: ['Orders.Read'], onDecision });
});
afterAll(() => {
  api.close();
  entra.close();
});
beforeEach(() => {
  decisions = [];
  entra.state.asked = [];
});

const askWith = async (wishes: Wishes = {}, from = api) => from.ask(bearer(await tokenOf(wishes)));

it.each(['1.0', '2.0'] as const)(
  'lets a managed identity through and says who it is, by a v%s token',
  async (version) => {
    const { status, body } = await askWith({ version });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      principalId: PRINCIPAL,
      clientId: CLIENT,
      tenantId: TENANT,
      roles: ['Orders.Read'],
      claims: { uti: 'token-id', ver: version },
    });
    expect(decisions).toMatchObject([{ status: 200, identity: { principalId: PRINCIPAL } }]);
  },
);

it('says which resource the identity belongs to, where the token does', async () => {
  const resourceId = '/subscriptions/s/resourcegroups/g/providers/Microsoft.Compute/virtualMachines/vm-app01';
  expect((await askWith({ claims: { xms_mirid: resourceId } })).body.resourceId).toBe(resourceId);
  expect((await askWith()).body).not.toHaveProperty('resourceId');
});

it.each(FLAW_NAMES)('refuses a token with the flaw %s', async (flaw) => {
  const { status, challenge, body } = await askWith({ flaw });
  expect(status).toBe(401);
  expect(challenge).toMatch(/^Bearer error="invalid_token", error_description="[^"\\]+"$/);
  expect(body.error?.code).toBe('InvalidToken');
  expect(decisions).toMatchObject([{ status: 401, check: expect.any(String), reason: body.error?.message }]);
});

it.each([
  ['no header', {}],
  ['another scheme', { authorization: 'Basic eDp5' }],
  ['a scheme without a token', { authorization: 'Bearer' }],
  ['two words', { authorization: 'Bearer a b' }],
])('challenges a request with %s', async (_, headers) => {
  const { status, challenge, body } = await api.ask(headers);
  expect([status, challenge, body.error?.code]).toEqual([401, `Bearer realm="${AUDIENCE}"`, 'TokenMissing']);
});

it.each(['x', 'x.y.z', '..', 'eyJhbGciOiJSUzI1NiJ9.W10.x', 'eyJhbGciOiJSUzI1NiJ9.bnVsbA.x', '%00'])(
  'refuses %s, which is no token, without asking for keys',
  async (token) => {
    const { status, challenge } = await api.ask(bearer(token));
    expect([status, challenge]).toEqual([401, expect.stringContaining('invalid_token')]);
    expect(entra.state.asked).toEqual([]);
  },
);

it('refuses a request with two tokens: which one would another hop see?', async () => {
  const token = await tokenOf();
  const socket = connect(api.port, '127.0.0.1');
  socket.write(
    `GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nAuthorization: Bearer x\r\n\r\n`,
  );
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('Bearer error="invalid_request"');
});

it('answers 403 to a managed identity without any of the roles, and says which it needs', async () => {
  const either = await start({ roles: ['Orders.Write', 'Orders.Admin'] });
  const { status, challenge, body } = await askWith({}, either);
  expect([status, body.error?.code]).toEqual([403, 'RoleMissing']);
  expect(challenge).toMatch(
    /^Bearer error="insufficient_scope", error_description=".*Orders\.Write, Orders\.Admin\."$/,
  );
  expect(decisions).toMatchObject([{ status: 403, check: 'role', identity: { principalId: PRINCIPAL } }]);
  expect((await askWith({ claims: { roles: ['Orders.Admin'] } }, either)).status).toBe(200);
  expect((await askWith({ removeClaims: ['roles'] }, either)).status).toBe(403);
  expect((await askWith({ claims: { roles: ['orders.admin', 'Orders.Admin.x'] } }, either)).status).toBe(403);
});

it('takes no role but those of the token that Entra signed', async () => {
  const any = await start();
  expect((await askWith({ removeClaims: ['roles'] }, any)).status).toBe(200);
  expect((await askWith({ claims: { roles: 'Orders.Read' } })).status).toBe(401);
  expect(
    (await askWith({ removeClaims: ['roles'], claims: { scp: 'Orders.Read', wids: ['Orders.Read'] } })).status,
  ).toBe(401);
});

it.each([
  ["a user's token", { claims: { idtyp: 'user', sub: 'pairwise' } }, 'app-only'],
  ["a user's token that has no idtyp", { removeClaims: ['idtyp'], claims: { scp: 'user_impersonation' } }, 'app-only'],
  ["a user's token without scopes", { removeClaims: ['idtyp'], claims: { sub: 'pairwise' } }, 'app-only'],
  ["an application's token that was got with a secret", { claims: { appidacr: '1' } }, 'credential'],
  ['a v2.0 token that was got with a secret', { version: '2.0', claims: { azpacr: '1' } }, 'credential'],
  ['a token that says so where its version does not', { claims: { azpacr: '1' } }, 'credential'],
  ['a token of a public client', { claims: { appidacr: '0' } }, 'credential'],
] as const)('refuses %s', async (_, wishes, check) => {
  expect((await askWith(wishes as Wishes)).status).toBe(401);
  expect(decisions).toMatchObject([{ check }]);
});

it('refuses a token that is bound to a key, which a bearer need not have', async () => {
  expect((await askWith({ claims: { cnf: { 'x5t#S256': 'thumbprint' } } })).status).toBe(401);
  expect(decisions).toMatchObject([{ check: 'bound' }]);
});

it("takes an application's token that has no idtyp, which Entra need not send", async () => {
  expect((await askWith({ removeClaims: ['idtyp'] })).status).toBe(200);
});

it('takes identities of each tenant that it was told of, and of no other', async () => {
  const issuer = { iss: `https://sts.windows.net/${OTHER_TENANT}/`, tid: OTHER_TENANT };
  const two = await start({ tenant: [TENANT.toUpperCase(), OTHER_TENANT] });
  expect((await askWith({ claims: issuer }, two)).status).toBe(200);
  expect((await askWith({ claims: { ...issuer, tid: TENANT } }, two)).status).toBe(401);
  entra.state.asked = [];
  expect((await askWith({ claims: issuer })).status).toBe(401);
  expect(entra.state.asked).toEqual([]);
});

it('takes each audience that it was told of, to the letter', async () => {
  const two = await start({ audience: [AUDIENCE, CLIENT] });
  expect((await askWith({ claims: { aud: CLIENT } }, two)).status).toBe(200);
  for (const aud of [`${AUDIENCE}/`, AUDIENCE.toUpperCase(), 'api://orders', [AUDIENCE]]) {
    expect((await askWith({ claims: { aud } }, two)).status).toBe(401);
  }
});

it('asks for keys when the first token comes, and not again', async () => {
  const own = await startEntra();
  onTestFinished(own.close);
  const fresh = await start({}, own);
  const another = await start({ roles: ['Orders.Read'] }, own);
  expect((await fresh.ask()).status).toBe(401);
  expect(own.state.asked).toEqual([]);
  for (const of of [fresh, another, fresh]) expect((await askWith({}, of)).status).toBe(200);
  expect(own.state.asked.filter((path) => path !== '/lab/clock')).toEqual([`/${TENANT}/discovery/v2.0/keys`]);
});

it('answers 503 while keys have never been fetched, and as usual after that', async () => {
  const own = await startEntra();
  onTestFinished(own.close);
  own.state.isDown = true;
  const fresh = await start({}, own);
  const { status, headers, body } = await askWith({}, fresh);
  expect([status, headers.get('retry-after'), body.error?.code]).toEqual([503, '1', 'KeysUnavailable']);
  own.state.isDown = false;
  expect((await askWith({}, fresh)).status).toBe(200);
  own.state.isDown = true;
  expect((await askWith({}, fresh)).status).toBe(200);
});

it('asks the real Entra for the first keys once in a second, however many tokens come while it is down', async () => {
  const own = await startEntra();
  onTestFinished(own.close);
  own.state.isDown = true;
  const source = sourceOf({ origin: own.origin, ca: [LAB_CA.cert], isLab: false });
  onTestFinished(source.close);
  for (let i = 0; i < 100; i += 1)
    await expect(source.keyFor(TENANT)(`made-up-${i}`)).rejects.toThrow('no signing keys');
  expect(own.state.asked).toHaveLength(1);
});

it('warns where it is told to trust the lab in production', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  onTestFinished(() => void vi.unstubAllEnvs());
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
  onTestFinished(() => warned.mockRestore());
  const made = requireManagedIdentity({ audience: AUDIENCE, tenant: TENANT });
  onTestFinished(made.close);
  expect(warned).not.toHaveBeenCalled();
  for (const _ of 'twice!') await start();
  expect(warned.mock.calls).toEqual([[expect.stringContaining('`lab` is on'), { code: 'MANAGED_IDENTITY_LAB' }]]);
});

it("goes by the lab's clock, also right after it was moved and keys rolled with it", async () => {
  const own = await startEntra();
  onTestFinished(own.close);
  const fresh = await start({}, own);
  const old = await tokenOf();
  expect((await fresh.ask(bearer(old))).status).toBe(200);
  own.state.ahead = 25 * 3_600;
  own.state.keys = [NEXT_KEY];
  expect((await fresh.ask(bearer(old))).status).toBe(401);
  expect((await askWith({ key: NEXT_KEY, ahead: own.state.ahead }, fresh)).status).toBe(200);
});

it('goes by the clock that it is given', async () => {
  const late = await start({ clock: { now: () => Math.floor(Date.now() / 1000) + 25 * 3_600 } });
  expect((await askWith({}, late)).status).toBe(401);
  expect(entra.state.asked).not.toContain('/lab/clock');
});

it('lets nobody through by a clock that does not say the time, and leaves that to the app', async () => {
  for (const now of [() => Number.NaN, async () => 0, () => '1']) {
    const broken = await start({ clock: { now } as unknown as { now(): number } });
    expect((await askWith({}, broken)).status).toBe(500);
  }
});

it('lets nobody through once it was closed, and leaves others of the same authority open', async () => {
  const [one, two] = [await start(), await start()];
  one.middleware.close();
  one.middleware.close();
  expect((await askWith({}, one)).status).toBe(503);
  expect((await askWith({}, two)).status).toBe(200);
});

it('holds no token in what it tells of a decision', async () => {
  const token = await tokenOf({ flaw: 'foreign-key' });
  await api.ask(bearer(token));
  await askWith();
  expect(JSON.stringify(decisions)).not.toContain(token.split('.')[2]);
});

it('gives who called to a route behind it, and fails in a route that is not', () => {
  const identity = { principalId: PRINCIPAL, clientId: CLIENT, tenantId: TENANT, roles: [], claims: {} };
  expect(managedIdentityOf({ managedIdentity: identity })).toBe(identity);
  expect(() => managedIdentityOf({})).toThrow('not behind requireManagedIdentity');
});
