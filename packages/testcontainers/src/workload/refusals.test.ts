import { expect, it } from 'vitest';
import { type HostConfig, misplaced, refusal, refusedMounts, refusedSettings, unlocked } from './refusals.ts';

it.each<[string, HostConfig, string]>([
  ['privileged mode', { Privileged: true }, 'privileged mode'],
  ['an added capability', { CapAdd: ['NET_ADMIN'] }, 'added capabilities (NET_ADMIN)'],
  ["the host's network", { NetworkMode: 'host' }, 'the network namespace of the host'],
  ['the network of another container', { NetworkMode: 'container:a' }, 'the network namespace of another container'],
  ["the host's processes", { PidMode: 'host' }, 'the process namespace of the host'],
  ['the processes of another container', { PidMode: 'container:a' }, 'the process namespace of another container'],
  ["the host's IPC", { IpcMode: 'host' }, 'the IPC namespace of the host'],
  ["the host's name", { UTSMode: 'host' }, 'the UTS namespace of the host'],
  ["the host's users", { UsernsMode: 'host' }, 'the user namespace of the host'],
  ['a device', { Devices: [{ PathOnHost: '/dev/kvm' }] }, 'devices'],
  ['a device by rule', { DeviceCgroupRules: ['c *:* rwm'] }, 'devices'],
  ['a graphics card', { DeviceRequests: [{ Count: -1 }] }, 'devices'],
  ['a kernel setting', { Sysctls: { 'net.ipv4.ip_forward': '1' } }, 'kernel settings (sysctls)'],
  ['the volumes of another container', { VolumesFrom: ['a'] }, 'the volumes of another container'],
  ['a link', { Links: ['a:b'] }, 'links to other containers'],
  ['no seccomp', { SecurityOpt: ['seccomp=unconfined'] }, 'security options (seccomp=unconfined)'],
  ['new privileges', { SecurityOpt: ['no-new-privileges:false'] }, 'security options (no-new-privileges:false)'],
])('a workload that asks for %s is refused', (_, host, words) => {
  expect(refusedSettings(host)).toEqual([words]);
});

it('a workload that asks for nothing, or for what it gets anyway, is not refused', () => {
  expect(refusedSettings({})).toEqual([]);
  // An engine on control groups of version 1 has CgroupnsMode `host` by default.
  const usual = {
    CgroupnsMode: 'host',
    IpcMode: 'private',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    CapAdd: [],
  };
  expect(refusedSettings(usual)).toEqual([]);
});

it.each([
  ['/var/run/docker.sock'],
  ['/run/user/1000/docker.sock'],
  ['/'],
  ['/var'],
  ['/var/run/'],
  ['/run'],
  ['/proc'],
  ['/sys/fs/cgroup'],
  ['/dev/kvm'],
  ['/var/lib/docker/volumes'],
  ['/srv/engine'],
  ['/home/a/../../run'],
])('a workload that mounts %s is refused', (Source) => {
  expect(refusedMounts([{ Type: 'bind', Source }], ['/srv/engine/api'], [])).toEqual([`a mount of ${Source}`]);
});

it('a workload that mounts a socket by another name is refused', () => {
  const agent = { Type: 'bind', Source: '/tmp/ssh-x/agent.12', isSpecial: true };
  expect(refusedMounts([agent], [], [])).toEqual(['a mount of /tmp/ssh-x/agent.12']);
});

it.each(['/etc', '/etc/cron.d', '/usr/local/bin', '/lib/systemd'])(
  'a workload that could write to %s is refused, and one that could not is not',
  (Source) => {
    expect(refusedMounts([{ Type: 'bind', Source, RW: true }], [], [])).toEqual([`a mount of ${Source}`]);
    expect(refusedMounts([{ Type: 'bind', Source, RW: false }], [], [])).toEqual([]);
  },
);

it('a workload that mounts the host by a volume that is made of it is refused', () => {
  const named = { Type: 'volume', Name: 'data', Source: '/var/lib/docker/volumes/data/_data' };
  expect(refusedMounts([{ ...named, device: '/var/run' }], [], [])).toEqual(['a mount of /var/run']);
  expect(
    refusedMounts(
      [
        { ...named, device: 'tmpfs' },
        { ...named, device: '/srv/data' },
      ],
      [],
      [],
    ),
  ).toEqual([]);
});

it('a workload that mounts the keys of the lab is refused', () => {
  const state = { Type: 'volume', Name: 'lab_state', Source: '/var/lib/docker/volumes/lab_state/_data' };
  expect(refusedMounts([state], ['/var/run/docker.sock'], ['lab_state'])).toEqual(["the lab's volume lab_state"]);
});

it.each(['/home/me/fixtures', '/runner/work', '/development', '/tmp/x'])('a workload may mount %s', (Source) => {
  expect(refusedMounts([{ Type: 'bind', Source }], ['/var/run/docker.sock'], [])).toEqual([]);
});

it('a workload may have a volume of its own', () => {
  const own = { Type: 'volume', Name: 'data', Source: '/var/lib/docker/volumes/data/_data' };
  expect(refusedMounts([own], ['/var/run/docker.sock'], ['lab_state'])).toEqual([]);
});

const wanted = { vm: 'lab_vm', azure: 'lab_azure', address: '169.254.169.252' };
const vm = { name: 'lab_vm', address: '169.254.169.252', internal: true, apart: true };
const azure = { name: 'lab_azure', address: undefined, internal: true, apart: true };

it('a workload on its two networks, with the address of its machine, is in its place', () => {
  expect(misplaced('lab_vm', [vm, azure], wanted)).toEqual([]);
});

it.each([
  ['on the default bridge besides', 'lab_vm', [vm, azure, { ...azure, name: 'bridge' }], 'the network bridge'],
  ['whose mode is the default bridge', 'bridge', [vm, azure], 'the network mode bridge'],
  ['that is not on vm', 'lab_azure', [azure], 'a place outside of lab_vm'],
  ['that is not on azure', 'lab_vm', [vm], 'a place outside of lab_azure'],
  ['on a network with a way out', 'lab_vm', [vm, { ...azure, internal: false }], 'a way out through lab_azure'],
  ['on a network that the host is on', 'lab_vm', [{ ...vm, apart: false }, azure], "the host's address on lab_vm"],
  [
    'with the address of another machine',
    'lab_vm',
    [{ ...vm, address: '169.254.169.250' }, azure],
    'another address than 169.254.169.252',
  ],
])('a container %s is no workload', (_, mode, attachments, words) => {
  expect(misplaced(mode, attachments, wanted)).toContain(words);
});

const locked: HostConfig = {
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  ReadonlyPaths: ['/proc/sys', '/proc/sysrq-trigger'],
  MaskedPaths: ['/proc/kcore'],
};

it('a container that the engine left its capabilities is no workload', () => {
  expect(unlocked(locked)).toEqual([]);
  expect(unlocked({ ...locked, CapDrop: ['NET_RAW'] })).toEqual(['capabilities']);
  expect(unlocked({ ...locked, SecurityOpt: [] })).toEqual(['new privileges']);
});

it('a container that could change the kernel of the host through /proc is no workload', () => {
  expect(unlocked({ ...locked, ReadonlyPaths: [] })).toEqual(['a /proc that it can write to']);
  expect(unlocked({ ...locked, MaskedPaths: [] })).toEqual(['a /proc that shows the host']);
});

it('a refusal says what it is about, and why', () => {
  expect(refusal(['privileged mode', 'devices']).message).toContain('It asks for: privileged mode; devices.');
});
