import { type Mutant, mutantsOf } from '../mutant.ts';

const WORKLOAD = 'packages/testcontainers/src/workload';

/** What keeps a container of somebody's own inside of the lab. */
export const WORKLOADS: readonly Mutant[] = [
  ...mutantsOf(`${WORKLOAD}/refusals.ts`, `${WORKLOAD}/refusals.test.ts`, [
    {
      name: 'workload: privileged mode',
      find: "if (host.Privileged) refused.push('privileged mode');",
      replace: '',
      test: 'a workload that asks for privileged mode is refused',
    },
    {
      name: 'workload: added capabilities',
      find: 'if (host.CapAdd?.length) refused',
      replace: 'if (false) refused',
      test: 'a workload that asks for an added capability is refused',
    },
    {
      name: "workload: the host's namespaces",
      find: "mode === 'host' || mode?.startsWith('container:')",
      replace: "mode?.startsWith('container:')",
      test: "a workload that asks for the host's processes is refused",
    },
    {
      name: 'workload: namespaces of other containers',
      find: "mode === 'host' || mode?.startsWith('container:')",
      replace: "mode === 'host'",
      test: 'a workload that asks for the network of another container is refused',
    },
    {
      name: 'workload: devices',
      find: "if (host.Devices?.length || host.DeviceRequests?.length || host.DeviceCgroupRules?.length) refused.push('devices');",
      replace: '',
      test: 'a workload that asks for a device is refused',
    },
    {
      name: 'workload: security options',
      find: 'if (options.length > 0) refused',
      replace: 'if (false) refused',
      test: 'a workload that asks for no seccomp is refused',
    },
    {
      name: 'workload: mounts of the host',
      find: 'return opens || inside ?',
      replace: 'return false ?',
      test: 'a workload that mounts /var/run/docker.sock is refused',
    },
    {
      name: 'workload: what mounts of the host are in',
      find: '|| [...HOST, ...sockets].some((one) => within(one, source));',
      replace: ';',
      test: 'a workload that mounts / is refused',
    },
    {
      name: "workload: the lab's keys",
      find: "if (Type === 'volume' && ownVolumes.includes(Name)) return",
      replace: 'if (false) return',
      test: 'a workload that mounts the keys of the lab is refused',
    },
    {
      name: 'workload: other networks',
      find: '.filter((name) => name !== wanted.vm && name !== wanted.azure)',
      replace: '.filter(() => false)',
      test: 'a container on the default bridge besides is no workload',
    },
    {
      name: 'workload: a network with a way out',
      find: 'if (!internal) wrong',
      replace: 'if (false) wrong',
      test: 'a container on a network with a way out is no workload',
    },
    {
      name: 'workload: the address of its machine',
      find: 'if (name === wanted.vm && address !== wanted.address) wrong',
      replace: 'if (false) wrong',
      test: 'a container with the address of another machine is no workload',
    },
    {
      name: 'workload: a /proc that can be written to',
      find: "...(LOCKED.every((path) => ReadonlyPaths?.includes(path)) ? [] : ['a /proc that it can write to']),",
      replace: '',
      test: 'a container that could change the kernel of the host through /proc is no workload',
    },
    {
      name: 'workload: a /proc that shows the host',
      find: "...(MaskedPaths?.includes('/proc/kcore') ? [] : ['a /proc that shows the host']),",
      replace: '',
      test: 'a container that could change the kernel of the host through /proc is no workload',
    },
    {
      name: 'workload: sockets by any name',
      find: 'isSpecial || source',
      replace: 'source',
      test: 'a workload that mounts a socket by another name is refused',
    },
    {
      name: 'workload: what the host runs from',
      find: 'RW ? [...HOST, ...SYSTEM] : HOST',
      replace: 'HOST',
      test: 'a workload that could write to /etc/cron.d is refused, and one that could not is not',
    },
    {
      name: 'workload: capabilities that were not dropped',
      find: "...([CapDrop].flat().some((capability) => capability?.toUpperCase() === 'ALL') ? [] : ['capabilities']),",
      replace: '',
      test: 'a container that the engine left its capabilities is no workload',
    },
  ]),
  ...mutantsOf(`${WORKLOAD}/as-workload.ts`, `${WORKLOAD}/as-workload.test.ts`, [
    {
      name: 'workload: what is asked for',
      find: 'if (asked.length > 0) throw refusal(asked);',
      replace: '',
      test: 'a container that asks for privileged mode is refused before anything is made for it',
    },
    {
      name: 'workload: what the engine made',
      find: 'await check(place, id, address);',
      replace: '',
      test: 'a container that the engine made on a network with a way out is removed before it has run',
    },
    {
      name: 'workload: what is wrong is removed',
      find: 'await removeWhatIsLeft(place, mine);',
      replace: '',
      test: 'a container that the engine made on a network with a way out is removed before it has run',
    },
    {
      name: 'workload: what a volume is made of',
      find: 'return { ...mount, device: Options?.device && real(Options.device) };',
      replace: 'return mount;',
      test: 'a container on a volume that is made of the host is removed before it has run',
    },
    {
      name: "workload: names of Azure's endpoints",
      find: 'if (taken.length > 0)',
      replace: 'if (false)',
      test: 'a container that asks for a name of Azure is refused before anything is made for it',
    },
    {
      name: 'workload: Testcontainers whose steps are known',
      find: 'if (!(container instanceof GenericContainer)) {',
      replace: 'if (false) {',
      test: 'a container of another testcontainers, whose steps nobody knows, is refused',
    },
    {
      name: 'workload: one start per machine',
      find: 'if (place.starting.has(machine.address)) throw',
      replace: 'if (false) throw',
      test: 'of two containers that are started as one machine at the same time one is refused, and the other stays',
    },
    {
      name: 'workload: aliases on no other network',
      find: 'container.networkAliases = [];',
      replace: '',
      test: 'a workload is created on its two networks, with the address of its machine, and on no other',
    },
    {
      name: 'workload: one container per machine',
      find: 'if (holder) throw',
      replace: 'if (false) throw',
      test: 'a machine that runs already is not run twice',
    },
    {
      name: 'workload: no proxy',
      find: "const kept = (create.Env ?? []).filter((line) => !((line.split('=')[0] ?? '') in environment));",
      replace: 'const kept = create.Env ?? [];',
      test: 'a workload trusts the authority of the lab, and no proxy stands between',
    },
  ]),
  ...mutantsOf('lab/load.mjs', 'lab/src/commands/bundle.test.ts', [
    {
      name: 'bundle: plain files',
      find: 'if (paths.some((path) => !isPlainFile(path))) return undefined;',
      replace: '',
      test: 'load > refuses a bundle with two names for one file, before Docker is told of it',
    },
    {
      name: 'bundle: its own files and no others',
      find: '...plainly, ...CONTENTS]',
      replace: '...plainly]',
      test: 'load > leaves a file besides those of a bundle where it is',
    },
  ]),
  ...mutantsOf('packages/testcontainers/src/lab-files.ts', 'packages/testcontainers/src/lab-files.test.ts', [
    {
      name: 'images: by digest',
      find: 'if (loose) throw',
      replace: 'if (false) throw',
      test: 'an image is pinned by its whole digest: registry.example/pki:1.0.0 is refused',
    },
  ]),
];
