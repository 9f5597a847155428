import type { FabricClient } from '@lab/shared/fabric/client.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import { RESOURCE } from '@lab/shared/feed/resources.ts';
import { z } from 'zod';
import { answerOf } from './fabric-answer.ts';
import { Restarts, type Workloads } from './workloads.ts';

/** Something that exists in the lab. What else it has depends on its kind; the value of a secret is in none. */
export const LabResource = z.looseObject({
  kind: z.string().meta({ description: `Such as ${Object.keys(RESOURCE).slice(0, 3).join(', ')}.` }),
  id: z.string(),
});

export const AppliedPatch = z.strictObject({
  added: z.number().int(),
  changed: z.number().int(),
  resources: z.array(LabResource).meta({ description: 'Those that the file names, as they are now.' }),
});

export type LabState = {
  /** @param kind Absent: of all kinds. */
  resources(kind: string | undefined): Promise<z.infer<typeof LabResource>[]>;
  /** Of all kinds that Resource Manager itself knows. */
  managed(): Promise<z.infer<typeof LabResource>[]>;
  /** @param text A partial lab file. Throws `invalid` InvalidLabFile with a line per mistake. */
  patch(text: string): Promise<z.infer<typeof AppliedPatch>>;
  /** Everything as the lab file says it. Answers when all who follow `arm` have it. */
  reset(): Promise<NewLife>;
  readonly snapshots: {
    list(): Promise<z.infer<typeof SnapshotList>>;
    /** Throws `conflict` TooManySnapshots. */
    take(name: string): Promise<z.infer<typeof SnapshotBody>>;
    /** Throws `not_found` SnapshotNotFound, as `remove` does. */
    restore(name: string): Promise<NewLife>;
    remove(name: string): Promise<void>;
  };
};

export const SnapshotName = z
  .string()
  .regex(/^[a-z0-9-]{1,40}$/, 'expected 1 to 40 lower-case letters, digits and "-"');
export const SnapshotBody = z.strictObject({ name: z.string(), takenAt: z.iso.datetime() });
export const SnapshotList = z.strictObject({ snapshots: z.array(SnapshotBody) });

const Begun = z.object({
  durationMs: z.number(),
  late: z.array(z.string()).meta({ description: 'Services that had not taken it over in time, and will.' }),
});
/** Workloads are restarted where the lab's clock jumped with it: see PUT /clock. */
export const NewLife = Begun.extend(Restarts.shape);
export type NewLife = z.infer<typeof NewLife>;

/** What the lab contains. `arm` owns it; where its clock jumps with that, workloads are started again. */
export function fabricState({
  fabric,
  workloads,
  faults,
}: {
  fabric: Pick<FabricClient, 'call'>;
  workloads: Pick<Workloads, 'restart'>;
  faults: { clear(): Promise<unknown> };
}): LabState {
  const ask = <T extends z.ZodType>(
    method: Parameters<FabricClient['call']>[1],
    path: string,
    answer: T,
    body?: object,
  ) => answerOf('arm', fabric.call('arm', method, path, { body, timeoutMs: PATIENCE_MS }), answer);
  const begin = async (path: string): Promise<NewLife> => {
    const before = await ask('GET', '/clock', ClockSetting);
    const begun = await ask('POST', path, Begun);
    const after = await ask('GET', '/clock', ClockSetting);
    const jumped = before.offsetSeconds !== after.offsetSeconds || before.heldAt !== after.heldAt;
    return { ...begun, ...(jumped ? await workloads.restart() : { restartedWorkloads: [] }) };
  };
  return {
    managed: async () => (await ask('GET', '/resources', Resources)).resources,
    resources: async (kind) => {
      const asked = HOLDERS.filter(
        (holder) => kind === undefined || (holder.kinds as readonly string[]).includes(kind),
      ).map(({ service }) =>
        answerOf(service, fabric.call(service, 'GET', '/resources', { timeoutMs: PATIENCE_MS }), Resources),
      );
      const query = kind === undefined ? '' : `?kind=${encodeURIComponent(kind)}`;
      if (kind === undefined || asked.length === 0) asked.unshift(ask('GET', `/resources${query}`, Resources));
      const all = (await Promise.all(asked)).flatMap(({ resources }) => resources);
      return kind === undefined ? all : all.filter((one) => one.kind === kind);
    },
    patch: (text) => ask('PATCH', '/lab', AppliedPatch, { text }),
    reset: async () => {
      // A lab at its first start has none. Who cannot be asked forgets them with its life.
      await faults.clear().catch(() => {});
      return begin('/reset');
    },
    snapshots: {
      list: () => ask('GET', '/snapshots', SnapshotList),
      take: (name) => ask('PUT', `/snapshots/${name}`, SnapshotBody),
      restore: (name) => begin(`/snapshots/${name}/restore`),
      remove: async (name) => {
        await ask('DELETE', `/snapshots/${name}`, z.undefined());
      },
    },
  };
}

const ClockSetting = z.object({ offsetSeconds: z.number(), heldAt: z.number().nullable() });
/** Who knows what there is of some kinds. Of all others `arm` does. */
const HOLDERS = [
  { service: 'entra', kinds: ['application'] },
  { service: 'keyvault', kinds: ['secret'] },
  { service: 'blob', kinds: ['container', 'blob'] },
] as const satisfies readonly { service: Peer; kinds: readonly string[] }[];

const Resources = z.object({ resources: z.array(LabResource) });

/** Longer than `arm` waits for those who follow it. */
const PATIENCE_MS = 15_000;
