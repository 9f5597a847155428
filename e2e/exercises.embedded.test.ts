/**
 * Exercises by the lab API alone: each fails as it begins, and passes once its task was done for real. What needs machines that
 * are kept apart is in the browser tests, with containers.
 */
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, expect, it } from 'vitest';

const MACHINE = 'vm-app01';
const IMDS =
  'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net';

let lab: EmbeddedLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.close());

type Header = readonly [name: string, value: string];

async function send(method: 'GET' | 'POST', url: string, headers: readonly Header[] = [], body?: string) {
  const answer = await lab.api.request(MACHINE, { method, url, headers, ...(body && { body }) });
  if ('error' in answer) throw new Error(`${url}: ${answer.error.code} ${answer.error.message}`);
  return { status: answer.status, body: JSON.parse(answer.body) as Record<string, string> };
}
const token = async (further = '') =>
  (await send('GET', IMDS + further, [['Metadata', 'true']])).body.access_token ?? '';
const secret = (bearer: string, vault = 'kv-lab', name = 'ConnectionString') =>
  send('GET', `https://${vault}.vault.azure.net/secrets/${name}?api-version=7.4`, [
    ['Authorization', `Bearer ${bearer}`],
  ]);

/** Begins it, and expects that nothing of it is done yet. */
async function begin(id: Parameters<typeof lab.api.exercises.start>[0]) {
  await lab.api.exercises.start(id);
  const { findings } = await lab.api.exercises.check(id);
  expect(findings.filter(({ passed }) => passed)).toEqual([]);
  return async () => {
    const { passed, findings } = await lab.api.exercises.check(id);
    expect(findings.filter((finding) => !finding.passed)).toEqual([]);
    expect(passed).toBe(true);
    return findings;
  };
}

it('key-rotation is passed by tokens of two keys', async () => {
  const done = await begin('key-rotation');
  const before = await token();
  expect((await secret(before)).status).toBe(200);
  await lab.api.signingKeys.rotate();
  const after = await token('&bypass_cache=true');
  expect((await secret(before)).status).toBe(200);
  expect((await secret(after)).status).toBe(200);
  await done();
});

it('tenants is passed by a token that is good in one tenant and refused in another', async () => {
  const done = await begin('tenants');
  const bearer = await token();
  expect((await secret(bearer)).status).toBe(200);
  expect((await secret(bearer, 'kv-fabrikam', 'Recipe')).status).toBe(401);
  await done();
});

it('client-secret is passed by a secret that expires, and a managed identity that goes on', async () => {
  const done = await begin('client-secret');
  const graph = async (path: string, body: object) =>
    (await lab.api.azure.ask({ api: 'graph', method: 'POST', path: `/v1.0${path}`, body })).body as Record<
      string,
      string
    >;
  const { now } = await lab.api.clock.read();
  const { id, appId } = await graph('/applications', { displayName: 'nightly-job' });
  const { appOwnerOrganizationId: tenant } = await graph('/servicePrincipals', { appId });
  const endDateTime = new Date((now + 3_600) * 1_000).toISOString();
  const { secretText } = await graph(`/applications/${id}/addPassword`, { passwordCredential: { endDateTime } });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: appId ?? '',
    client_secret: secretText ?? '',
    scope: 'https://vault.azure.net/.default',
  });
  const url = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
  const signIn = () => send('POST', url, [['Content-Type', 'application/x-www-form-urlencoded']], form.toString());
  expect((await signIn()).status).toBe(200);
  await lab.api.clock.forward(7_200);
  expect((await signIn()).status).toBe(401);
  await lab.api.run(MACHINE);
  await done();
});

it('imds-failing is passed by a program that asks again', async () => {
  const done = await begin('imds-failing');
  await lab.api.faults.add({
    service: 'imds',
    operation: 'GetManagedIdentityToken',
    times: 3,
    effect: { status: 503 },
  });
  await lab.api.run(MACHINE);
  const [, retried] = await done();
  expect(retried?.values).toMatchObject({ requests: '4' });
});
