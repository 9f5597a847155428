import { GenericContainer, type StartedNetwork, type StartedTestContainer } from 'testcontainers';
import { expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { makeWorkload, type WorkloadPlace } from './as-workload.ts';
import { type Insides, insidesOf } from './insides.ts';

const VM = '169.254.169.252';
const INHIBIT = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
type Made = { host: object; networks: Record<string, object>; mounts?: object[] };

const rightHost = {
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  NetworkMode: 'lab_vm',
  ReadonlyPaths: ['/proc/sys', '/proc/sysrq-trigger'],
  MaskedPaths: ['/proc/kcore'],
};
const rightNetworks = { lab_vm: { IPAMConfig: { IPv4Address: VM } }, lab_azure: { IPAMConfig: null } };

type World = { made?: Partial<Made>; running?: readonly string[]; created?: readonly string[]; device?: string };

/** An engine that makes of a container what is right, or what the test says that it made. */
function engineThat({ made, running = [], created = [], device }: World = {}) {
  const removed: string[] = [];
  const { host, networks, mounts } = { host: rightHost, networks: rightNetworks, mounts: [], ...made };
  const api = {
    getNetwork: (name: string) => ({
      inspect: async () => ({
        Internal: name.startsWith('lab_'),
        Options: INHIBIT,
        Containers: Object.fromEntries(running.map((one) => [one, { Name: one, IPv4Address: `${VM}/29` }])),
      }),
    }),
    getContainer: (id: string) => ({
      inspect: async () => ({ HostConfig: host, NetworkSettings: { Networks: networks }, Mounts: mounts }),
      remove: async () => {
        removed.push(id);
      },
    }),
    getVolume: () => ({ inspect: async () => ({ Options: device === undefined ? null : { device } }) }),
    listContainers: async () => created.map((Id) => ({ Id })),
  };
  return { engine: { api, sockets: ['/var/run/docker.sock'] } as unknown as Engine, removed };
}

const asked: object[] = [];
const placeOn = (engine: Engine): WorkloadPlace => ({
  engine,
  networks: { vm: 'lab_vm', azure: 'lab_azure', edge: 'lab_edge' },
  dns: '10.88.0.53',
  project: 'lab',
  names: ['management.azure.com', 'vault.azure.net', 'entra'],
  workloads: new Map(),
  starting: new Set(),
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

/** What Testcontainers' `start()` does until the container is created, or until it would run. */
function madeOf<C extends GenericContainer>(container: C, place: WorkloadPlace, until: 'created' | 'running'): Insides {
  const insides = insidesOf(container);
  insides.start = async () => {
    await insides.beforeContainerCreated?.();
    if (until === 'running') await insides.containerCreated?.('id');
    return {} as StartedTestContainer;
  };
  return insidesOf(makeWorkload(container, place, { virtualMachine: 'vm-test' }));
}

/** What a container would have been created as. */
async function prepare(container: GenericContainer, world = engineThat()) {
  const workload = madeOf(container, placeOn(world.engine), 'created');
  await workload.start();
  return { workload, create: workload.createOpts, host: workload.hostConfig, mode: workload.networkMode };
}

/** Its start until it would run. */
const startOf = (container: GenericContainer, world: ReturnType<typeof engineThat>) =>
  madeOf(container, placeOn(world.engine), 'running').start();

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
  ['a name of Azure', (one) => one.withNetworkAliases('kv-lab.vault.azure.net'), "a name of Azure's own endpoints"],
  ['such a name of its own', (one) => one.withName('Management.azure.com'), "a name of Azure's own endpoints"],
  ['a UDP port', (one) => one.withExposedPorts('53/udp'), 'UDP ports (53)'],
])('a container that asks for %s is refused before anything is made for it', async (_, ask, words) => {
  asked.length = 0;
  await expect(prepare(ask(aContainer()))).rejects.toThrow(words);
  expect(asked).toEqual([]);
});

it('what is asked for after asWorkload is refused as well', async () => {
  const container = aContainer();
  const workload = madeOf(container, placeOn(engineThat().engine), 'created');
  container.withPrivilegedMode();
  await expect(workload.start()).rejects.toThrow('privileged mode');
});

it('a machine that runs already is not run twice', async () => {
  const world = engineThat({ running: ['other'] });
  await expect(prepare(aContainer(), world)).rejects.toThrow('vm-test is running already: the container other');
});

it('a container that the engine made as wanted is let start', async () => {
  const world = engineThat();
  await startOf(aContainer(), world);
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
  const world = engineThat({ made });
  await expect(startOf(aContainer(), world)).rejects.toThrow(words);
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
  await startOf(new Module('node:24'), engineThat());
  expect(steps).toEqual(['before', 'created']);
});

it('a container on a volume that is made of the host is removed before it has run', async () => {
  const made = { mounts: [{ Type: 'volume', Name: 'data', Source: '/var/lib/docker/volumes/data/_data' }] };
  const world = engineThat({ made, device: '/proc' });
  await expect(startOf(aContainer(), world)).rejects.toThrow('a mount of /proc');
  expect(world.removed).toEqual(['id']);
});

it('a start that fails after the container was made leaves none, whoever knows its id', async () => {
  class Unreadable extends GenericContainer {
    protected override async containerCreated(): Promise<void> {
      throw new Error('no such file');
    }
  }
  const world = engineThat({ created: ['made'] });
  await expect(startOf(new Unreadable('node:24'), world)).rejects.toThrow('no such file');
  expect(world.removed.sort()).toEqual(['id', 'made']);
});

it('of two containers that are started as one machine at the same time one is refused, and the other stays', async () => {
  const world = engineThat({ created: ['made'] });
  const place = placeOn(world.engine);
  const starts = [aContainer(), aContainer()].map((one) => madeOf(one, place, 'running').start());
  const ended = await Promise.allSettled(starts);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(ended[1]).toMatchObject({ reason: { message: 'The virtual machine vm-test is being started.' } });
  expect([world.removed, place.starting.size]).toEqual([[], 0]);
});

it('a container that was started, and is again, keeps its names', async () => {
  const { workload } = await prepare(aContainer().withNetworkAliases('api'));
  await workload.start();
  expect(workload.createOpts.NetworkingConfig).toMatchObject({
    EndpointsConfig: { lab_azure: { Aliases: ['workload-252', 'api'] } },
  });
});

it('a container is a workload once', () => {
  const container = aContainer();
  madeOf(container, placeOn(engineThat().engine), 'created');
  expect(() => madeOf(container, placeOn(engineThat().engine), 'created')).toThrow('is a workload already');
});

it('a container that is to be no machine is refused in a sentence', () => {
  const none = {} as Parameters<typeof makeWorkload>[2];
  expect(() => makeWorkload(aContainer(), placeOn(engineThat().engine), none)).toThrow('the name of a virtual machine');
});

it('a container of another testcontainers, whose steps nobody knows, is refused', () => {
  const foreign = { start: async () => {} } as unknown as GenericContainer;
  expect(() => makeWorkload(foreign, placeOn(engineThat().engine), { virtualMachine: 'vm-test' })).toThrow(
    'npm ls testcontainers',
  );
});
