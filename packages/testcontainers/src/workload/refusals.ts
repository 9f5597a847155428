/**
 * What a workload cannot have, because it would lead out of the lab or onto the host. Pure: what the engine says of a
 * container and its networks in, sentences out. Asked twice: of what a test asks for, and of what the engine made of it.
 */
import { posix } from 'node:path';
import type { Dockerode } from '../engine.ts';

type Inspected = Awaited<ReturnType<ReturnType<Dockerode['getContainer']>['inspect']>>;
export type HostConfig = Inspected['HostConfig'];
export type Mount = {
  readonly Type?: string | undefined;
  readonly Name?: string | undefined;
  readonly Source?: string;
  readonly RW?: boolean;
  /** What a volume is made of, where that is not a directory of the engine's: `--opt device=/run` is a mount of /run. */
  readonly device?: string | undefined;
  /** A socket, a device or a pipe, whatever it is called. */
  readonly isSpecial?: boolean;
};

export function refusedSettings(host: HostConfig): string[] {
  const refused: string[] = [];
  if (host.Privileged) refused.push('privileged mode');
  if (host.CapAdd?.length) refused.push(`added capabilities (${[host.CapAdd].flat().join(', ')})`);
  for (const [kind, mode] of Object.entries(namespacesOf(host))) {
    if (mode === 'host' || mode?.startsWith('container:')) refused.push(`the ${kind} namespace of ${ownerOf(mode)}`);
  }
  if (host.Devices?.length || host.DeviceRequests?.length || host.DeviceCgroupRules?.length) refused.push('devices');
  if (Object.keys(host.Sysctls ?? {}).length > 0) refused.push('kernel settings (sysctls)');
  if (host.VolumesFrom?.length) refused.push('the volumes of another container');
  if (host.Links?.length) refused.push('links to other containers');
  const options = (host.SecurityOpt ?? []).filter((option: string) => !/^no-new-privileges([:=]true)?$/.test(option));
  if (options.length > 0) refused.push(`security options (${options.join(', ')})`);
  return refused;
}

const namespacesOf = ({ NetworkMode, PidMode, IpcMode, UTSMode, UsernsMode }: HostConfig) => ({
  network: NetworkMode,
  process: PidMode,
  IPC: IpcMode,
  UTS: UTSMode,
  user: UsernsMode,
});

const ownerOf = (mode: string): string => (mode === 'host' ? 'the host' : 'another container');

/** Where the host itself is: what a mount of these, of what is in them, or of what they are in would open. */
const HOST = ['/proc', '/sys', '/dev', '/boot', '/var/lib/docker', '/var/lib/containerd', '/run', '/var/run'];

/** What the host runs from: root in a container needs no capability to write to files of root. */
const SYSTEM = ['/etc', '/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/var/spool'];

/**
 * @param mounts Whose sources are resolved: a symbolic link is what it points to.
 * @param sockets Where the engine listens.
 * @param ownVolumes Of the lab: its keys and its state.
 */
export function refusedMounts(
  mounts: readonly Mount[],
  sockets: readonly string[],
  ownVolumes: readonly string[],
): string[] {
  return mounts.flatMap(({ Type, Name = '', Source = '', RW = true, device, isSpecial = false }) => {
    if (Type === 'volume' && ownVolumes.includes(Name)) return [`the lab's volume ${Name}`];
    const path = Type === 'bind' ? Source : device;
    if (path === undefined || !/^([A-Za-z]:)?[\\/]/.test(path)) return [];
    const source = posix.normalize(path.replaceAll('\\', '/'));
    const opens = isSpecial || source.endsWith('.sock') || [...HOST, ...sockets].some((one) => within(one, source));
    const inside = (RW ? [...HOST, ...SYSTEM] : HOST).some((one) => within(source, one));
    return opens || inside ? [`a mount of ${path}`] : [];
  });
}

/** Whether a path is that directory, or lies in it. */
const within = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);

export type Attachment = {
  readonly name: string;
  readonly address: string | undefined;
  /** No way out. */
  readonly internal: boolean;
  /** The host has no address on it. */
  readonly apart: boolean;
};

/** What a created container has to be like: on these two networks and no other, each without a way out. */
export type Wanted = { readonly vm: string; readonly azure: string; readonly address: string };

/** @param mode `NetworkMode`: where the engine would put it if it were on no network. */
export function misplaced(mode: string | undefined, attachments: readonly Attachment[], wanted: Wanted): string[] {
  const names = attachments.map(({ name }) => name);
  const wrong = names
    .filter((name) => name !== wanted.vm && name !== wanted.azure)
    .map((name) => `the network ${name}`);
  if (mode !== wanted.vm && !names.includes(mode ?? '')) wrong.push(`the network mode ${mode || 'default'}`);
  for (const name of [wanted.vm, wanted.azure]) {
    if (!names.includes(name)) wrong.push(`a place outside of ${name}`);
  }
  for (const { name, address, internal, apart } of attachments) {
    if (!internal) wrong.push(`a way out through ${name}`);
    if (!apart) wrong.push(`the host's address on ${name}`);
    if (name === wanted.vm && address !== wanted.address) wrong.push(`another address than ${wanted.address}`);
  }
  return [...new Set(wrong)];
}

/** What the engine keeps from a container of /proc, where root without a capability could still change the host. */
const LOCKED = ['/proc/sys', '/proc/sysrq-trigger'];

/** Dropped and locked, as the engine has it. */
export const unlocked = ({ CapDrop, SecurityOpt, ReadonlyPaths, MaskedPaths }: HostConfig): string[] => [
  ...([CapDrop].flat().some((capability) => capability?.toUpperCase() === 'ALL') ? [] : ['capabilities']),
  ...(SecurityOpt?.some((option: string) => option.startsWith('no-new-privileges')) ? [] : ['new privileges']),
  ...(LOCKED.every((path) => ReadonlyPaths?.includes(path)) ? [] : ['a /proc that it can write to']),
  ...(MaskedPaths?.includes('/proc/kcore') ? [] : ['a /proc that shows the host']),
];

export const refusal = (refused: readonly string[]): Error =>
  new Error(
    `A workload of the lab has no way out and no hold on the host, so that its first request meets the lab's metadata service and no other. This container cannot be one. It asks for: ${refused.join('; ')}.`,
  );
