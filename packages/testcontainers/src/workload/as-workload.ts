import { statSync } from 'node:fs';
import { GenericContainer, getContainerPort, hasHostBinding, type StartedTestContainer } from 'testcontainers';
import { type Engine, isStatus, real } from '../engine.ts';
import { labelsOf } from '../labels.ts';
import { type Port, startGateway, type WorkloadGateway } from './gateway.ts';
import { type Insides, insidesOf } from './insides.ts';
import { findMachine, type LabState, type WorkloadOptions } from './machine.ts';
import type { Place } from './place.ts';
import { type Mount, misplaced, refusal, refusedMounts, refusedSettings, unlocked } from './refusals.ts';
import type { OwnWorkloads } from './restarts.ts';
import { throughGateway } from './wait.ts';

export type WorkloadPlace = Place & {
  readonly caCertificate: string;
  readonly api: LabState;
  /** Where it is entered when it runs. */
  readonly workloads: OwnWorkloads;
  /** Addresses of machines whose containers are being started. */
  readonly starting: Set<string>;
};

/** One start of a container: what it has made so far. */
type Attempt = { machine?: Machine; id?: string; gateway?: WorkloadGateway };

const CA = '/etc/lab/ca.pem';
/** What programs trust besides Node; a test that sets one of them has its own way. */
const TRUST = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'];
const NO_PROXY = { HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '', NO_PROXY: '*', no_proxy: '*' };

/**
 * Makes a container a workload, in place: modules keep their type and their own steps. All of it happens in `start()`,
 * after everything that the test says about the container, wherever it says it:
 *
 *  1. what would lead out of the lab is refused before the machine or the container is made;
 *  2. the container is created on its two networks, with the address of its machine;
 *  3. what the engine made is inspected, and only then started. What is wrong is removed, and has never run.
 *
 * A start that fails, at whatever step, leaves neither container nor gateway.
 *
 * `NetworkingConfig` with several networks at creation needs Engine 25 (API 1.44); the lab needs 26.
 */
export function makeWorkload<C extends GenericContainer>(given: C, place: WorkloadPlace, options: WorkloadOptions): C {
  if (!options?.virtualMachine) throw new TypeError('asWorkload needs the name of a virtual machine, or a new one.');
  refuseUnknown(given);
  const container = insidesOf(given);
  const own = {
    start: container.start.bind(container),
    beforeCreated: container.beforeContainerCreated?.bind(container),
    created: container.containerCreated?.bind(container),
    started: container.containerStarted?.bind(container),
    select: container.selectWaitStrategy.bind(container),
  };
  const aliases = new Set<string>();
  let attempt: Attempt | undefined;
  const current = (): Attempt => {
    if (!attempt) throw new Error('A workload is started by start() alone.');
    return attempt;
  };

  container.start = async () => {
    if (attempt) throw new Error('This container is being started already.');
    const mine: Attempt = {};
    attempt = mine;
    try {
      return await own.start();
    } catch (error) {
      await removeWhatIsLeft(place, mine);
      throw error;
    } finally {
      if (mine.machine) place.starting.delete(mine.machine.address);
      attempt = undefined;
    }
  };

  container.beforeContainerCreated = async () => {
    const mine = current();
    await own.beforeCreated?.();
    const asked = [...refusedSettings(container.hostConfig), ...refusedOf(container, place)];
    if (asked.length > 0) throw refusal(asked);
    const machine = await findMachine(place.api, options);
    if (place.starting.has(machine.address)) throw new Error(`The virtual machine ${machine.name} is being started.`);
    place.starting.add(machine.address);
    mine.machine = machine;
    await refuseTaken(place, machine);
    for (const alias of container.networkAliases) aliases.add(alias);
    configure(container, place, machine, [...aliases]);
  };

  container.containerCreated = async (id) => {
    const mine = current();
    mine.id = id;
    await own.created?.(id);
    const { address } = machineOf(mine);
    await check(place, id, address);
    const ports = portsOf(container);
    if (ports.length > 0) mine.gateway = await startGateway(place, nameOf(address), ports);
  };

  container.selectWaitStrategy = async (client, inspected, strategy) => {
    const { gateway } = current();
    const selected = await own.select(client, inspected, strategy);
    return throughGateway(
      selected,
      () => gateway?.ports ?? new Map(),
      async () => gateway?.remove(),
    );
  };

  container.containerStarted = async (started, inspected, reused) => {
    const mine = current();
    await own.started?.(started, inspected, reused);
    const { name } = machineOf(mine);
    place.workloads.set(name, started);
    whenStopped(started, async () => {
      if (place.workloads.get(name) === started) place.workloads.delete(name);
      await mine.gateway?.remove();
    });
  };
  return given;
}

const workloads = new WeakSet<GenericContainer>();

/** @throws Error for what Testcontainers' steps are not known of: it could run before it is where it belongs. */
function refuseUnknown(container: GenericContainer): void {
  if (!(container instanceof GenericContainer)) {
    throw new TypeError(
      'asWorkload takes a container that was not started yet, made by the testcontainers package that this one uses. Where there are several, `npm ls testcontainers` names them.',
    );
  }
  if (workloads.has(container)) throw new Error('This container is a workload already. Make another one.');
  workloads.add(container);
}

function machineOf({ machine }: Attempt): Machine {
  if (!machine) throw new Error('A workload is started by start() alone.');
  return machine;
}

/** Of a start that failed. A container that never ran is found by its labels: Testcontainers keeps its id to itself. */
async function removeWhatIsLeft({ engine, project }: Place, { machine, id, gateway }: Attempt): Promise<void> {
  if (!machine) return;
  const labels = Object.entries(labelsOf(project, nameOf(machine.address))).map(([key, value]) => `${key}=${value}`);
  const created = await engine.api.listContainers({ all: true, filters: { label: labels, status: ['created'] } });
  const ids = new Set([...created.map(({ Id }) => Id), ...(id === undefined ? [] : [id])]);
  await Promise.all([
    gateway?.remove(),
    ...[...ids].map(async (one) => {
      try {
        await engine.api.getContainer(one).remove({ force: true, v: true });
      } catch (error) {
        if (!isStatus(error, 404, 409)) throw error; // Testcontainers has removed it, or is about to
      }
    }),
  ]);
}

/** What is refused about the parts of a container that are not yet in its host configuration. */
function refusedOf(container: Insides, { networks, names }: Place): string[] {
  const mode = container.networkMode;
  const refused = mode === undefined || mode === networks.vm ? [] : [`the network ${mode}`];
  const asked = [...container.networkAliases, container.createOpts.name ?? ''];
  const taken = asked.filter((name) => names.some((own) => isBelow(name.toLowerCase(), own)));
  if (taken.length > 0) refused.push(`a name of Azure's own endpoints (${taken.join(', ')})`);
  if (container.reuse) refused.push('reuse: a container that ran before may have been anywhere');
  const udp = container.exposedPorts.filter((port) => protocolOf(port) === 'udp').map(getContainerPort);
  if (udp.length > 0) refused.push(`UDP ports (${udp.join(', ')}), which the gateway does not forward`);
  return refused;
}

const isBelow = (name: string, own: string): boolean => own.includes('.') && (name === own || name.endsWith(`.${own}`));

type ExposedPort = Parameters<typeof getContainerPort>[0];

const protocolOf = (port: ExposedPort): string =>
  typeof port === 'object' ? (port.protocol ?? 'tcp') : String(port).endsWith('/udp') ? 'udp' : 'tcp';

/** Each once: modules and tests may both name one. */
function portsOf(container: Insides): Port[] {
  const hosts = new Map<number, number | undefined>();
  for (const port of container.exposedPorts) {
    const key = getContainerPort(port);
    hosts.set(key, hasHostBinding(port) ? port.host : hosts.get(key));
  }
  return [...hosts].map(([port, host]) => ({ container: port, host }));
}

/** Its name on `azure`, for the gateway. One per address, so one per machine. */
const nameOf = (address: string): string => `workload-${address.split('.').at(-1)}`;

type Machine = { readonly name: string; readonly address: string };

async function refuseTaken({ engine, networks }: Place, { name, address }: Machine): Promise<void> {
  const { Containers } = await engine.api.getNetwork(networks.vm).inspect();
  const holder = Object.values(Containers ?? {}).find(({ IPv4Address }) => IPv4Address?.split('/')[0] === address);
  if (holder) throw new Error(`The virtual machine ${name} is running already: the container ${holder.Name}.`);
}

function configure(
  container: Insides,
  place: WorkloadPlace,
  { name, address }: Machine,
  aliases: readonly string[],
): void {
  const { networks, dns, project, caCertificate } = place;
  const create = container.createOpts;
  const host = container.hostConfig;
  const trust = TRUST.filter((variable) => container.environment[variable] === undefined);
  const environment = { ...NO_PROXY, ...Object.fromEntries(trust.map((variable) => [variable, CA])) };
  const kept = (create.Env ?? []).filter((line) => !((line.split('=')[0] ?? '') in environment));
  create.Env = [...kept, ...Object.entries(environment).map(([variable, value]) => `${variable}=${value}`)];
  create.Labels = { ...create.Labels, ...labelsOf(project, nameOf(address)) };
  create.Hostname ??= name;
  create.NetworkingConfig = {
    EndpointsConfig: {
      [networks.vm]: { IPAMConfig: { IPv4Address: address } },
      [networks.azure]: { Aliases: [nameOf(address), ...aliases] },
    },
  };
  container.networkAliases = []; // or Testcontainers would create it on the default bridge, and connect it later
  container.networkMode = networks.vm;
  delete host.PortBindings; // an internal network publishes nothing: the gateway does
  host.PublishAllPorts = false;
  host.CapDrop = ['ALL'];
  host.SecurityOpt = ['no-new-privileges'];
  host.Dns = [dns];
  const others = container.contentsToCopy.filter(({ target }) => target !== CA);
  container.contentsToCopy = [...others, { content: `${caCertificate}\n`, target: CA, mode: 0o444 }];
}

/** What the engine made of it. @throws before it has run. */
async function check({ engine, networks, project }: Place, id: string, address: string): Promise<void> {
  const { HostConfig, NetworkSettings, Mounts } = await engine.api.getContainer(id).inspect();
  const attachments = await Promise.all(
    Object.entries(NetworkSettings.Networks).map(async ([name, { IPAMConfig }]) => {
      const { Internal, Options } = await engine.api.getNetwork(name).inspect();
      const apart = Options?.['com.docker.network.bridge.inhibit_ipv4'] === 'true';
      const fixed = (IPAMConfig as { IPv4Address?: string } | null)?.IPv4Address;
      return { name, address: fixed, internal: Internal === true, apart };
    }),
  );
  const mounts = await Promise.all(Mounts.map((mount) => lookAt(engine, mount)));
  const refused = [
    ...refusedSettings(HostConfig),
    ...unlocked(HostConfig),
    ...refusedMounts(mounts, engine.sockets, [`${project}_state`]),
    ...misplaced(HostConfig.NetworkMode, attachments, { vm: networks.vm, azure: networks.azure, address }),
  ];
  if (refused.length > 0) throw refusal(refused);
}

/** What is mounted: what a link leads to, and what a volume is made of. */
async function lookAt({ api }: Engine, mount: Mount): Promise<Mount> {
  if (mount.Type === 'volume' && mount.Name !== undefined) {
    const { Options } = await api.getVolume(mount.Name).inspect();
    return { ...mount, device: Options?.device && real(Options.device) };
  }
  const Source = real(mount.Source ?? '');
  return { ...mount, Source, isSpecial: isSpecial(Source) };
}

function isSpecial(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

function whenStopped(started: StartedTestContainer, then: () => Promise<void>): void {
  const hooked = started as { containerIsStopped?: () => Promise<void> };
  const own = hooked.containerIsStopped?.bind(started);
  hooked.containerIsStopped = async () => {
    await then();
    await own?.();
  };
}
