/** Several people on one lab, with the real services: what each may do in Azure, and that places are given, reset and kept. */
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ask, pageOf } from './page-of.ts';

const place = (name: string) => ({
  name: `rg-${name}`,
  participant: { name, machine: `vm-${name}` },
  virtualMachines: [{ name: `vm-${name}`, systemAssignedIdentity: true }],
  vaults: [{ name: `kv-${name}`, secrets: { Mine: `of ${name}` } }],
});
const PLACES = {
  tenants: [
    {
      name: 'contoso',
      subscriptions: [{ name: 'contoso-workshop', resourceGroups: [place('ana'), place('ben')] }],
    },
  ],
};

let lab: EmbeddedLab;
let subscription = '';
beforeAll(async () => {
  lab = await startLab();
  await lab.api.state.apply(PLACES);
  const all = await lab.api.state.resources('subscription');
  subscription = all.find(({ displayName }) => displayName === 'contoso-workshop')?.id ?? '';
});
afterAll(() => lab?.close());

const azure = (ask: Ask, method: string, path: string, body?: object) =>
  ask('POST', '/azure', { method, path, ...(body && { body }) });
const group = (name: string) => `${subscription}/resourceGroups/rg-${name}`;

it('a participant is Owner of their own group in Azure, and of nothing else', async () => {
  const ana = await pageOf(lab, 'ana');
  const version = '?api-version=2021-04-01';
  const own = await azure(ana, 'PATCH', `${group('ana')}${version}`, { tags: { by: 'ana' } });
  expect([own.status, own.body.status, own.body.body?.tags]).toEqual([200, 200, { by: 'ana' }]);
  for (const [method, path] of [
    ['GET', `${group('ben')}${version}`],
    ['PATCH', `${group('ben')}${version}`],
    ['DELETE', `${group('ana')}${version}`],
    ['PUT', `${subscription}/resourceGroups/rg-new${version}`],
  ] as const) {
    const body = method === 'PUT' || method === 'PATCH' ? { location: 'westeurope', tags: {} } : undefined;
    const answer = await azure(ana, method, path, body);
    expect([method, path, answer.body.status]).toEqual([method, path, 403]);
  }
  const listed = await azure(ana, 'GET', `${subscription}/resourceGroups${version}`);
  expect(listed.body.body.value.map(({ name }: { name: string }) => name)).toEqual(['rg-ana']);
});

it('a participant sees their own resources, and no value of a secret', async () => {
  const ana = await pageOf(lab, 'ana');
  const { resources } = (await ana('GET', '/resources')).body as { resources: { kind: string; name?: string }[] };
  const named = resources.filter(({ kind }) => ['resourceGroup', 'virtualMachine', 'vault'].includes(kind));
  expect(named.map(({ name }) => name).toSorted()).toEqual(['kv-ana', 'rg-ana', 'vm-ana']);
  expect(JSON.stringify(resources)).not.toMatch(/ben|of ana/);
});

it('a place is as at first after it was reset, and nobody else’s changes', async () => {
  const [ana, ben] = [await pageOf(lab, 'ana'), await pageOf(lab, 'ben')];
  const version = '?api-version=2021-04-01';
  await azure(ana, 'DELETE', `${group('ana')}/providers/Microsoft.KeyVault/vaults/kv-ana?api-version=2023-07-01`);
  await azure(ben, 'PATCH', `${group('ben')}${version}`, { tags: { by: 'ben' } });
  expect((await ana('POST', '/participants/ana/reset', {})).status).toBe(200);
  expect((await ana('POST', '/participants/ben/reset', {})).status).toBe(404);
  const vault = await azure(
    ana,
    'GET',
    `${group('ana')}/providers/Microsoft.KeyVault/vaults/kv-ana?api-version=2023-07-01`,
  );
  expect([vault.body.status, vault.body.body.name]).toEqual([200, 'kv-ana']);
  expect((await azure(ben, 'GET', `${group('ben')}${version}`)).body.body.tags).toEqual({ by: 'ben' });
});

it('a place is left as it is where somebody else has a name that it needs', async () => {
  const [ana, ben] = [await pageOf(lab, 'ana'), await pageOf(lab, 'ben')];
  const identities = 'providers/Microsoft.ManagedIdentity/userAssignedIdentities';
  const version = '?api-version=2023-01-31';
  await azure(ana, 'DELETE', `${group('ana')}/${identities}/id-ana${version}`);
  const taken = `${group('ben')}/${identities}/id-ana${version}`;
  expect((await azure(ben, 'PUT', taken, { location: 'westeurope' })).body.status).toBe(201);
  const before = (await ana('GET', '/resources')).body;
  const refused = await ana('POST', '/participants/ana/reset', {});
  expect([refused.status, refused.body.error.code]).toEqual([400, 'InvalidLabFile']);
  expect((await ana('GET', '/resources')).body).toEqual(before);
  await azure(ben, 'DELETE', taken);
  expect((await ana('POST', '/participants/ana/reset', {})).status).toBe(200);
});

it('everybody keeps their place and their session where the lab is reset, in less than five seconds', async () => {
  const ana = await pageOf(lab, 'ana');
  const begun = performance.now();
  await lab.api.state.reset();
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect((await lab.api.participants.list()).map(({ name }) => name)).toEqual(['ana', 'ben']);
  expect((await ana('GET', '/session')).body).toEqual({ role: 'participant', participant: 'ana' });
  expect((await ana('GET', '/resources?kind=vault')).body.resources).toHaveLength(1);
});

it('who is taken out of the lab has nothing there any more', async () => {
  const ben = await pageOf(lab, 'ben');
  await lab.api.participants.remove('ben');
  expect((await lab.api.participants.list()).map(({ name }) => name)).toEqual(['ana']);
  const refused = await ben('GET', '/resources');
  expect([refused.status, refused.body.error.code]).toEqual([403, 'NoPlace']);
});
