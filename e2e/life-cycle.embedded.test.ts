/** Identities come and go through Resource Manager, and keys rotate, while virtual machines ask for tokens. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

const LAB = `
tenants:
  - name: contoso
    subscriptions:
      - name: apps
        subscriptionId: 11111111-1111-4111-8111-111111111111
        resourceGroups:
          - name: rg
            virtualMachines:
              - { name: vm-one, systemAssignedIdentity: true, userAssignedIdentities: [id-shared] }
              - { name: vm-two, userAssignedIdentities: [id-shared, id-two] }
              - { name: vm-bare }
            userAssignedIdentities: [{ name: id-shared }, { name: id-two }]
`;
const ADDRESSES = { 'vm-one': '127.0.0.1', 'vm-two': '127.0.0.2', 'vm-bare': '127.0.0.3', 'vm-new': '127.0.0.4' };
const GROUP = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers';
const VM = (name: string) => `${GROUP}/Microsoft.Compute/virtualMachines/${name}`;
const UAMI = (name: string) => `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
const NOT_FOUND = { error: 'invalid_request', error_description: 'Identity not found' };

let lab: ControlPlane;
beforeAll(async () => {
  lab = await startControlPlane(LAB, ADDRESSES);
});
afterAll(() => lab?.close());

const patchIdentity = (machine: string, identity: object) =>
  lab.arm('PATCH', `${VM(machine)}?api-version=2022-11-01`, { identity });
const clientIdOf = (name: string) =>
  lab.resources.flatMap(({ kind, value }) =>
    kind === 'servicePrincipal' && value.displayName === name ? [value.clientId] : [],
  )[0] as string;

describe('an identity', () => {
  it('of the system is there in the first request after Resource Manager said so, and gone in the next after that', async () => {
    expect(await lab.token('vm-bare')).toEqual({ status: 400, body: NOT_FOUND });
    for (let round = 0; round < 3; round += 1) {
      const on = await patchIdentity('vm-bare', { type: 'SystemAssigned' });
      expect(on.status).toBe(200);
      const first = await lab.token('vm-bare', { cached: true });
      expect(first).toMatchObject({ status: 200, body: { access_token: expect.any(String) } });
      expect((await patchIdentity('vm-bare', { type: 'None' })).status).toBe(200);
      expect(await lab.token('vm-bare', { cached: true })).toEqual({ status: 400, body: NOT_FOUND });
    }
  });

  it('is another one each time that it is turned on', async () => {
    const principals = [];
    for (let round = 0; round < 2; round += 1) {
      const { body } = await patchIdentity('vm-bare', { type: 'SystemAssigned' });
      principals.push((body.identity as { principalId: string }).principalId);
      await patchIdentity('vm-bare', { type: 'None' });
    }
    expect(new Set(principals).size).toBe(2);
  });

  it('that is taken from one machine stays with the other, and no token of it is left on the first', async () => {
    const selector = `&client_id=${clientIdOf('id-shared')}`;
    for (const machine of ['vm-one', 'vm-two'])
      expect((await lab.token(machine, { selector, cached: true })).status).toBe(200);
    const taken = await patchIdentity('vm-one', { type: 'SystemAssigned' });
    expect(taken.status).toBe(200);
    expect(await lab.token('vm-one', { selector, cached: true })).toEqual({ status: 400, body: NOT_FOUND });
    expect((await lab.token('vm-two', { selector })).status).toBe(200);
    const back = await patchIdentity('vm-one', {
      type: 'SystemAssigned, UserAssigned',
      userAssignedIdentities: { [UAMI('id-shared')]: {} },
    });
    expect(back.status).toBe(200);
    expect((await lab.token('vm-one', { selector, cached: true })).status).toBe(200);
  });

  it('has to be named where there are several and none is of the system', async () => {
    const { status, body } = await lab.token('vm-two');
    expect([status, body.error_description]).toEqual([
      400,
      expect.stringMatching(/^Multiple user assigned identities exist/),
    ]);
    const selector = `&client_id=${clientIdOf('id-two')}`;
    expect((await lab.token('vm-two', { selector })).status).toBe(200);
    expect(await lab.token('vm-one', { selector })).toEqual({ status: 400, body: NOT_FOUND });
  });

  it('of a machine that was made by Resource Manager works at once, and is not found when the machine was deleted', async () => {
    const machine = {
      location: 'westeurope',
      identity: { type: 'SystemAssigned' },
      properties: { hardwareProfile: { vmSize: 'Standard_B1s' } },
    };
    const path = `${VM('vm-new')}?api-version=2022-11-01`;
    expect((await lab.token('vm-new')).status).toBe(403);
    expect((await lab.arm('PUT', path, machine)).status).toBe(201);
    expect((await lab.token('vm-new', { cached: true })).status).toBe(200);
    expect((await lab.arm('DELETE', path)).status).toBeLessThan(300);
    expect(await lab.token('vm-new', { cached: true })).toEqual({ status: 400, body: NOT_FOUND });
  });
});

it('fails no token request while certificates rotate ten times, and signing keys with them', {
  timeout: 120_000,
}, async () => {
  const clientId = clientIdOf('vm-one');
  const shared = clientIdOf('id-shared');
  const failures: unknown[] = [];
  const tokens = new Set<string>();
  let stopped = false;
  const ask = async (machine: string, selector: string) => {
    while (!stopped) {
      const { status, body } = await lab.token(machine, { selector });
      if (status !== 200) failures.push({ status, body });
      const token = String(body.access_token);
      tokens.add(token);
      await lab.verify(token).catch((error) => failures.push(String(error)));
    }
  };
  const askers = [
    ask('vm-one', ''),
    ask('vm-one', ''),
    ask('vm-one', `&client_id=${shared}`),
    ask('vm-two', `&client_id=${shared}`),
  ];

  const thumbprints = new Set<unknown>();
  const keys = new Set<unknown>();
  let rotatedAt = 0;
  let rounds = 0;
  for (; rounds < 10 || keys.size < 2; rounds += 1) {
    const rotations = await Promise.all([
      lab.control('imds', `/identities/${clientId}/certificates/rotate`),
      lab.control('imds', `/identities/${shared}/certificates/rotate`),
    ]);
    for (const { status, body } of rotations) {
      expect(status).toBe(200);
      thumbprints.add(body.thumbprint);
    }
    // Whoever verifies asks for new keys once a second at most; nobody rotates that often.
    if (performance.now() - rotatedAt < 1_200) continue;
    rotatedAt = performance.now();
    const { status, body } = await lab.control('entra', '/signing-keys/rotate');
    expect(status).toBe(200);
    keys.add(body.current);
  }
  stopped = true;
  await Promise.all(askers);
  expect(failures).toEqual([]);
  expect(thumbprints.size).toBe(2 * rounds);
  expect(tokens.size).toBeGreaterThan(20);
});
