import { realpathSync } from 'node:fs';
import { type GenericContainer, getContainerPort, hasHostBinding, type StartedTestContainer } from 'testcontainers';
import { labelsOf } from '../labels.ts';
import { type Port, startGateway, type WorkloadGateway } from './gateway.ts';
import { type Insides, insidesOf } from './insides.ts';
import { findMachine, type LabState, type WorkloadOptions } from './machine.ts';
import type { Place } from './place.ts';
import { misplaced, refusal, refusedMounts, refusedSettings, unlocked } from './refusals.ts';
import type { OwnWorkloads } from './restarts.ts';
import { throughGateway } from './wait.ts';

export type WorkloadPlace = Place & {
  readonly caCertificate: string;
  readonly api: LabState;
  /** Where it is entered when it runs. */
  readonly workloads: OwnWorkloads;
};

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
 * `NetworkingConfig` with several networks at creation needs Engine 25 (API 1.44); the lab needs 26.
 */
export function makeWorkload<C extends GenericContainer>(given: C, place: WorkloadPlace, options: WorkloadOptions): C {
  const container = insidesOf(given);
  const { engine, networks } = place;
  const own = {
    beforeCreated: container.beforeContainerCreated?.bind(container),
    created: container.containerCreated?.bind(container),
    started: container.containerStarted?.bind(container),
    select: container.selectWaitStrategy.bind(container),
  };
  let address = '';
  let name = '';
  let gateway: WorkloadGateway | undefined;

  container.beforeContainerCreated = async () => {
    await own.beforeCreated?.();
    const asked = [...refusedSettings(container.hostConfig), ...refusedOf(container, networks.vm)];
    if (asked.length > 0) throw refusal(asked);
    const machine = await findMachine(place.api, options);
    ({ address, name } = machine);
    await refuseTaken(place, machine);
    configure(container, place, machine);
  };

  container.containerCreated = async (id) => {
    try {
      await own.created?.(id);
      await check(place, id, address);
      const ports = portsOf(container);
      gateway = ports.length > 0 ? await startGateway(place, nameOf(address), ports) : undefined;
    } catch (error) {
      // It has never run, and does not stay for somebody to start.
      await engine.api.getContainer(id).remove({ force: true, v: true });
      throw error;
    }
  };

  container.selectWaitStrategy = async (client, inspected, strategy) => {
    const selected = await own.select(client, inspected, strategy);
    return throughGateway(
      selected,
      () => gateway?.ports ?? new Map(),
      async () => gateway?.remove(),
    );
  };

  container.containerStarted = async (started, inspected, reused) => {
    await own.started?.(started, inspected, reused);
    removeWith(started, gateway);
    place.workloads.set(name, started);
    gateway = undefined;
  };
  return given;
}

/** What is refused about the parts of a container that are not yet in its host configuration. */
function refusedOf(container: Insides, vm: string): string[] {
  const mode = container.networkMode;
  const refused = mode === undefined || mode === vm ? [] : [`the network ${mode}`];
  if (container.reuse) refused.push('reuse: a container that ran before may have been anywhere');
  const udp = container.exposedPorts.filter((port) => protocolOf(port) === 'udp').map(getContainerPort);
  if (udp.length > 0) refused.push(`UDP ports (${udp.join(', ')}), which the gateway does not forward`);
  return refused;
}

type ExposedPort = Parameters<typeof getContainerPort>[0];

const protocolOf = (port: ExposedPort): string =>
  typeof port === 'object' ? (port.protocol ?? 'tcp') : String(port).endsWith('/udp') ? 'udp' : 'tcp';

const portsOf = (container: Insides): Port[] =>
  container.exposedPorts.map((port) => ({
    container: getContainerPort(port),
    host: hasHostBinding(port) ? port.host : undefined,
  }));

/** Its name on `azure`, for the gateway. One per address, so one per machine. */
const nameOf = (address: string): string => `workload-${address.split('.').at(-1)}`;

type Machine = { readonly name: string; readonly address: string };

async function refuseTaken({ engine, networks }: Place, { name, address }: Machine): Promise<void> {
  const { Containers } = await engine.api.getNetwork(networks.vm).inspect();
  const holder = Object.values(Containers ?? {}).find(({ IPv4Address }) => IPv4Address?.split('/')[0] === address);
  if (holder) throw new Error(`The virtual machine ${name} is running already: the container ${holder.Name}.`);
}

function configure(container: Insides, place: WorkloadPlace, { name, address }: Machine): void {
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
      [networks.azure]: { Aliases: [nameOf(address), ...container.networkAliases] },
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
  const mounts = Mounts.map((mount) => ({ ...mount, Source: resolved(mount.Source) }));
  const refused = [
    ...refusedSettings(HostConfig),
    ...unlocked(HostConfig),
    ...refusedMounts(mounts, engine.socket, [`${project}_state`]),
    ...misplaced(HostConfig.NetworkMode, attachments, { vm: networks.vm, azure: networks.azure, address }),
  ];
  if (refused.length > 0) throw refusal(refused);
}

/** What a path leads to, where the engine's files are this machine's. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** The way in goes with the workload. */
function removeWith(started: StartedTestContainer, gateway: WorkloadGateway | undefined): void {
  if (!gateway) return;
  const hooked = started as { containerIsStopped?: () => Promise<void> };
  const own = hooked.containerIsStopped?.bind(started);
  hooked.containerIsStopped = async () => {
    await gateway.remove();
    await own?.();
  };
}
