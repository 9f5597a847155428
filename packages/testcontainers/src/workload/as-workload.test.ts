import { GenericContainer, type StartedNetwork } from 'testcontainers';
import { expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { makeWorkload, type WorkloadPlace } from './as-workload.ts';
import { insidesOf } from './insides.ts';

const VM = '169.254.169.252';
const INHIBIT = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
type Made = { host: object; networks: Record<string, object>; mounts?: object[] };

/** An engine that makes of a container what it was asked for, or what the test says that it made. */
function engineThat({ made, running = [] }: { made?: Partial<Made>; running?: readonly string[] } = {}) {
  const removed: string[] = [];
  const api = {
    getNetwork: (name: string) => ({
      inspect: async () => ({
        Internal: name.startsWith('lab_'),
        Options: INHIBIT,
        Containers: Object.fromEntries(running.map((one) => [one, { Name: one, IPv4Address: `${VM}/29` }])),
      }),
    }),
    getContainer: (id: string) => ({
      inspect: async () => ({
        HostConfig: { ...made?.host },
        NetworkSettings: { Networks: made?.networks ?? {} },
        Mounts: made?.mounts ?? [],
      }),
      remove: async () => {
        removed.push(id);
      },
    }),
  };
  return { engine: { api, socket: '/var/run/docker.sock' } as unknown as Engine, removed };
}

const asked: object[] = [];
const placeOn = (engine: Engine): WorkloadPlace => ({
  engine,
  networks: { vm: 'lab_vm', azure: 'lab_azure', edge: 'lab_edge' },
  dns: '10.88.0.53',
  project: 'lab',
  workloads: new Map(),
  caCertificate: 'PEM',
  gatewayImage: async () => 'sha256:gateway',
  api: {
    state: {
      resources: async () => [
        { kind: 'tenant', id: 't', tenantId: 't', name: 'contoso' },
        { kind: 'subscription', id: '/subscriptions/s', tenantId: 't', displayName: 'apps' },
        { kind: 'resourceGroup', id: '/subscriptions/s/resourceGroups/rg', name: 'rg' },
      ],
      apply: async (file) => {
        asked.push(file as object);
        const machine = { kind: 'virtualMachine', id: 'vm', name: 'vm-test', sourceAddress: VM };
        return { added: 1, changed: 0, resources: [machine] };
      },
    },
  },
});

/** What `start()` does until the container is created, and what it would have been created as. */
async function prepare(container: GenericContainer, world = engineThat()) {
  const workload = insidesOf(makeWorkload(container, placeOn(world.engine), { virtualMachine: 'vm-test' }));
  await workload.beforeContainerCreated?.();
  return { workload, create: workload.createOpts, host: workload.hostConfig, mode: workload.networkMode };
}

const aContainer = () => new GenericContainer('node:24');

it('a workload is created on its two networks, with the address of its machine, and on no other', async () => {
  const { create, host, mode, workload } = await prepare(aContainer().withNetworkAliases('api').withExposedPorts(80));
  expect(mode).toBe('lab_vm');
  expect(workload.networkAliases).toEqual([]);
  expect(create.NetworkingConfig).toEqual({
    EndpointsConfig: {
      lab_vm: { IPAMConfig: { IPv4Address: VM } },
      lab_azure: { Aliases: ['workload-252', 'api'] },
    },
  });
  expect(host).toMatchObject({ Dns: ['10.88.0.53'], CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] });
  expect(host.PortBindings).toBeUndefined();
});

it('a workload trusts the authority of the lab, and no proxy stands between', async () => {
  const mine = { SSL_CERT_FILE: '/mine.pem', HTTP_PROXY: 'http://proxy.example:3128' };
  const { create, workload } = await prepare(aContainer().withEnvironment(mine));
  expect(create.Env).toEqual(
    expect.arrayContaining(['NODE_EXTRA_CA_CERTS=/etc/lab/ca.pem', 'SSL_CERT_FILE=/mine.pem', 'HTTP_PROXY=']),
  );
  expect(create.Env?.filter((line) => /^(HTTP_PROXY|SSL_CERT_FILE)=/.test(line))).toHaveLength(2);
  expect(workload.contentsToCopy).toEqual([{ content: 'PEM\n', target: '/etc/lab/ca.pem', mode: 0o444 }]);
});

it.each<[string, (container: GenericContainer) => GenericContainer, string]>([
  ['privileged mode', (one) => one.withPrivilegedMode(), 'privileged mode'],
  ['a capability', (one) => one.withAddedCapabilities('NET_RAW'), 'added capabilities'],
  ["the host's network", (one) => one.withNetworkMode('host'), 'the network host'],
  ['the default bridge', (one) => one.withNetworkMode('bridge'), 'the network bridge'],
  ['a network', (one) => one.withNetwork({ getName: () => 'shop' } as StartedNetwork), 'the network shop'],
  ["the host's IPC", (one) => one.withIpcMode('host'), 'the IPC namespace of the host'],
  ['no seccomp', (one) => one.withSecurityOpt('seccomp=unconfined'), 'security options'],
  ['reuse', (one) => one.withReuse(), 'reuse'],
  ['a UDP port', (one) => one.withExposedPorts('53/udp'), 'UDP ports (53)'],
])('a container that asks for %s is refused before anything is made for it', async (_, ask, words) => {
  asked.length = 0;
  await expect(prepare(ask(aContainer()))).rejects.toThrow(words);
  expect(asked).toEqual([]);
});

it('what is asked for after asWorkload is refused as well', async () => {
  const container = aContainer();
  const workload = insidesOf(makeWorkload(container, placeOn(engineThat().engine), { virtualMachine: 'vm-test' }));
  container.withPrivilegedMode();
  await expect(workload.beforeContainerCreated?.()).rejects.toThrow('privileged mode');
});

it('a machine that runs already is not run twice', async () => {
  const world = engineThat({ running: ['other'] });
  await expect(prepare(aContainer(), world)).rejects.toThrow('vm-test is running already: the container other');
});

const rightHost = { CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], NetworkMode: 'lab_vm' };
const rightNetworks = { lab_vm: { IPAMConfig: { IPv4Address: VM } }, lab_azure: { IPAMConfig: null } };

it('a container that the engine made as wanted is let start', async () => {
  const world = engineThat({ made: { host: rightHost, networks: rightNetworks } });
  const { workload } = await prepare(aContainer(), world);
  await expect(workload.containerCreated?.('id')).resolves.toBeUndefined();
  expect(world.removed).toEqual([]);
});

it.each<[string, Partial<Made>, string]>([
  ['on a network with a way out', { networks: { ...rightNetworks, bridge: {} } }, 'the network bridge'],
  ['with another address', { networks: { ...rightNetworks, lab_vm: { IPAMConfig: null } } }, 'another address'],
  ['with capabilities', { host: { ...rightHost, CapDrop: [] } }, 'capabilities'],
  ['in privileged mode', { host: { ...rightHost, Privileged: true } }, 'privileged mode'],
  ['with the socket of the engine', { mounts: [{ Type: 'bind', Source: '/var/run/docker.sock' }] }, 'a mount of /'],
  ['with the keys of the lab', { mounts: [{ Type: 'volume', Name: 'lab_state', Source: '' }] }, "the lab's volume"],
])('a container that the engine made %s is removed before it has run', async (_, made, words) => {
  const world = engineThat({ made: { host: rightHost, networks: rightNetworks, ...made } });
  const { workload } = await prepare(aContainer(), world);
  await expect(workload.containerCreated?.('id')).rejects.toThrow(words);
  expect(world.removed).toEqual(['id']);
});

it("a module's own steps are taken as well", async () => {
  const steps: string[] = [];
  class Module extends GenericContainer {
    protected override async beforeContainerCreated() {
      steps.push('before');
    }
    protected override async containerCreated() {
      steps.push('created');
    }
  }
  const world = engineThat({ made: { host: rightHost, networks: rightNetworks } });
  const { workload } = await prepare(new Module('node:24'), world);
  await workload.containerCreated?.('id');
  expect(steps).toEqual(['before', 'created']);
});
