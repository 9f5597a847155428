import { AzureError } from '@lab/shared/azure-error.ts';
import type { Kind, Resource, ResourceOf } from '@lab/shared/feed/resources.ts';
import { completeLab } from '@lab/shared/lab/complete-lab.ts';
import type { Cluster, Slot } from '@lab/shared/lab/lab-state.ts';
import { LabFileError, type LoadedLab, loadLab } from '@lab/shared/lab/load-lab.ts';
import type { Existing } from '@lab/shared/lab/resolve/existing.ts';
import { resolveLab } from '@lab/shared/lab/resolve-lab.ts';
import type { Topology } from '@lab/shared/lab/topology.ts';
import { dated } from './apply-lab.ts';
import type { AssignedIdentity } from './identity.ts';
import type { Resources } from './resources.ts';
import { freeAddress, newMachine } from './virtual-machine.ts';

export type PatchedLab = {
  readonly added: number;
  readonly changed: number;
  /** What the file names, as it is now. */
  readonly named: readonly Resource[];
};

/**
 * Applies a partial lab file, once: it adds and changes, and removes nothing. What it says nothing about stays, so do the
 * ids of what is there already. The lab file itself knows nothing of it: a changed one leaves alone what it never named.
 *
 * Call in a transaction.
 * @param text YAML, or JSON, which is YAML too.
 * @throws AzureError `invalid` InvalidLabFile, with a line per mistake as a start of the lab reports them.
 */
export function patchLab(
  resources: Resources,
  text: string,
  { slots, clusters, now }: { slots: readonly Slot[]; clusters: readonly Cluster[]; now: number },
): PatchedLab {
  const existing = existingIn(resources, clusters);
  const declared = refusingMistakes(() => {
    const loaded = loadLab(text, 'lab.yaml', completeLab(existing));
    return resolveLab(loaded, topologyOf(loaded, existing, slots), NO_SECRETS, 'lab.yaml', existing).resources;
  });
  let [added, changed] = [0, 0];
  const named = declared
    .filter(({ kind }) => kind !== 'tenant')
    .map((resource) => {
      const known = resources.find(resource.kind, resource.id);
      const wanted = known ? merged(known, resource) : placed(resources, resource, slots);
      if (known && JSON.stringify(known) === JSON.stringify(wanted.value)) return wanted;
      resources.put(dated(resources, wanted, now));
      if (known) changed += 1;
      else added += 1;
      return { ...resource, value: resources.find(resource.kind, resource.id) } as Resource;
    });
  return { added, changed, named };
}

/** Of what there is now; each kind is read once. */
function existingIn(resources: Resources, clusters: readonly Cluster[]): Existing {
  const lists = new Map<Kind, readonly unknown[]>();
  return {
    clusters,
    find: resources.find,
    all: <K extends Kind>(kind: K) => {
      const list = lists.get(kind) ?? resources.all(kind);
      lists.set(kind, list);
      return list as readonly ResourceOf<K>[];
    },
  };
}

/** A new machine takes a free place, whether or not a container plays it already. */
function topologyOf({ lab }: LoadedLab, existing: Existing, slots: readonly Slot[]): Topology {
  const groups = lab.tenants.flatMap(({ subscriptions }) =>
    subscriptions.flatMap(({ resourceGroups }) => resourceGroups),
  );
  const names = groups.flatMap(({ virtualMachines }) => virtualMachines.map(({ name }) => name));
  const machines = existing.all('virtualMachine');
  const taken = [...machines];
  const virtualMachines = new Map<string, string | undefined>();
  for (const name of names) {
    const known = machines.find((machine) => machine.name.toLowerCase() === name.toLowerCase());
    const sourceAddress = known ? known.sourceAddress : freeAddress(taken, slots, name);
    if (!known && slots.length > 0 && sourceAddress === undefined) continue;
    virtualMachines.set(name, sourceAddress);
    if (!known && sourceAddress !== undefined) taken.push({ sourceAddress } as ResourceOf<'virtualMachine'>);
  }
  return {
    virtualMachines,
    functionApps: new Set(),
    appServiceAddress: undefined,
    hostNames: new Set(),
    publicNames: new Map(),
    stateDirectories: [],
  };
}

/** What needs one is refused before: tenants and function apps. Those that are there keep theirs. */
const NO_SECRETS = {
  operator: () => {
    throw new Error('a partial lab file has no new tenants');
  },
  identityHeader: () => '',
};

/** A machine that is new gets from the platform what no other has. */
function placed(resources: Resources, resource: Resource, slots: readonly Slot[]): Resource {
  if (resource.kind !== 'virtualMachine') return resource;
  const { value } = resource;
  const { sourceAddress, privateIpAddress } = newMachine(resources.all('virtualMachine'), slots, value);
  return { ...resource, value: { ...value, ...(sourceAddress !== undefined && { sourceAddress }), privateIpAddress } };
}

/** What the platform has given to a resource, and what only its first declaration says. */
const KEPT = ['vmId', 'sourceAddress', 'privateIpAddress', 'subnet', 'macAddress', 'identityHeaderSha256', 'location'];

/** What is there with what the file says laid over it: tags and identities are added to those that it has. */
function merged(known: ResourceOf<Kind>, resource: Resource): Resource {
  const before = known as Record<string, unknown>;
  const said = resource.value as Record<string, unknown>;
  const kept = Object.fromEntries(KEPT.flatMap((name) => (name in before ? [[name, before[name]]] : [])));
  const { deletedAt: _, ...there } = before; // a deleted vault that is declared again is recovered
  const value = {
    ...there,
    ...said,
    ...kept,
    ...(isRecord(before.tags) && isRecord(said.tags) && { tags: { ...before.tags, ...said.tags } }),
    ...(Array.isArray(said.identities) && { identities: withAll(before.identities, said.identities) }),
  };
  return { ...resource, value } as unknown as Resource;
}

function withAll(before: unknown, said: readonly AssignedIdentity[]): readonly AssignedIdentity[] {
  const there = before as readonly AssignedIdentity[];
  const isNew = ({ principalId }: AssignedIdentity) => there.every((one) => one.principalId !== principalId);
  const [own, others] = [true, false].map((isOwn) =>
    said.filter((one) => isNew(one) && (one.identityType === 'SystemAssigned') === isOwn),
  );
  return [...(own ?? []), ...there, ...(others ?? [])];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function refusingMistakes<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LabFileError)) throw error;
    throw new AzureError({ kind: 'invalid', code: 'InvalidLabFile', message: error.message });
  }
}
