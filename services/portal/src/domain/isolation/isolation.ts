import { AzureError } from '@lab/shared/azure-error.ts';
import {
  ISOLATION_TARGETS,
  type IsolationTarget,
  isInLab,
  type TargetNames,
  urlOfTarget,
} from '@lab/shared/lab/isolation-targets.ts';
import type { Wiring } from '@lab/shared/lab/wiring.ts';
import { z } from 'zod';
import type { Place } from '../place.ts';
import { Workload, type Workloads } from '../workloads.ts';
import { explain, REASONS } from './explain.ts';
import type { ProbeResult } from './probes.ts';

const Cell = z.strictObject({
  source: z.string(),
  target: z.string(),
  outcome: z.enum(['reached', 'stopped']),
  stoppedBy: z.string().optional().meta({
    description:
      'The layer that stopped it (no-route, no-name, refused, timeout, tls, …), or the status of the answer.',
  }),
  status: z.int().optional(),
  code: z.string().optional().meta({ description: "The service's word for its refusal, or the system's." }),
  durationMs: z.number(),
  at: z.iso.datetime(),
  reason: z.enum(REASONS).meta({ description: 'The key of a sentence; `values` stand in it.' }),
  values: z.record(z.string(), z.string()),
  line: z.int().optional().meta({ description: 'Of docker-compose.yml, that causes it.' }),
  lastLine: z.int().optional().meta({ description: 'Where more than one does.' }),
});
type Cell = z.infer<typeof Cell>;

export const IsolationMap = z.strictObject({
  sources: z.array(Workload.extend({ networks: z.array(z.string()) })),
  targets: z.array(
    z.strictObject({
      id: z.string(),
      group: z.enum(['identity', 'open', 'token', 'fabric', 'page', 'outside']),
      part: z.string(),
      network: z.string().meta({ description: 'On which it is meant to be reached.' }),
      asked: z.string().optional().meta({ description: 'Absent: nothing is sent, the table of routes is looked at.' }),
      audience: z.string().optional().meta({ description: 'What the token is for that the source presents.' }),
    }),
  ),
  cells: z.array(Cell).meta({ description: 'The newest of each source and target that were probed.' }),
  unheard: z.array(z.string()).meta({ description: 'Sources whose agents could not be asked just now.' }),
});
export type IsolationMap = z.infer<typeof IsolationMap>;

export type ProbeWish = {
  readonly sources?: readonly string[] | undefined;
  readonly targets?: readonly string[] | undefined;
};

/**
 * Who reaches what, tried for real. Each throws `not_implemented` NotIsolated where nothing is between the parts.
 * @param place Of a participant: the map is of their machines, and what they ask for is their own.
 */
export type Isolation = {
  read(place?: Place): Promise<IsolationMap>;
  /** Absent: all. Throws `invalid` UnknownSource or UnknownTarget, `throttled` TooManyProbes. */
  probe(wish: ProbeWish, place?: Place): Promise<IsolationMap>;
};

/**
 * The isolation map: its rows and columns, and the newest cells of this life of the portal.
 * @param wiring Absent, and `workloads.probe` too: a lab in one process.
 */
export function isolationMap({
  wiring,
  workloads,
  names,
  now,
}: {
  wiring: Wiring | undefined;
  workloads: Pick<Workloads, 'list' | 'probe'>;
  /** Of the lab's content, or of a place in it: a vault, a secret, and so on, that can be asked for. */
  names: (place: Place | undefined) => Promise<TargetNames>;
  now: () => string;
}): Isolation {
  const cells = new Map<string, Cell>();
  let underWay = 0;

  const rows = async (place: Place | undefined) => {
    if (!wiring || !workloads.probe) throw notIsolated();
    const [all, known] = await Promise.all([workloads.list(), names(place)]);
    const list = all.filter(({ name }) => !place || place.workloads.has(name));
    const targets = ISOLATION_TARGETS.filter((target) => isInLab(target, known));
    // Two who share a machine ask for different things from it.
    const keyOf = (source: string, target: string) => `${place?.participant ?? ''} ${source} ${target}`;
    return { wiring, ask: workloads.probe, list, known, targets, keyOf };
  };
  type Rows = Awaited<ReturnType<typeof rows>>;

  const toMap = ({ list, known, targets, wiring, keyOf }: Rows, unheard: readonly string[] = []): IsolationMap => ({
    sources: list.map((one) => ({
      ...one,
      networks: partOf(wiring, one.name)?.networks.map(({ name }) => name) ?? [],
    })),
    targets: targets.map((target) => toTarget(target, known)),
    // In the order of the list, so that two maps can be compared.
    cells: list.flatMap(({ name }) => targets.flatMap(({ id }) => cells.get(keyOf(name, id)) ?? [])),
    unheard: [...unheard],
  });

  return {
    read: async (place) => toMap(await rows(place)),
    probe: async (wish, place) => {
      if (underWay >= AT_ONCE) throw tooMany();
      underWay += 1;
      try {
        const all = await rows(place);
        const sources = chosen(all.list, ({ name }) => name, wish.sources, 'Source').filter(({ running }) => running);
        const targets = chosen(all.targets, ({ id }) => id, wish.targets, 'Target');
        const unheard: string[] = [];
        const probeFrom = async ({ name, machine }: Workload) => {
          const answer = await all
            .ask(name, { targets: targets.map(({ id }) => id), names: all.known })
            .catch(() => undefined);
          if (!answer) return void unheard.push(name);
          const at = now();
          for (const target of targets) {
            const result = answer.results.find((one) => one.target === target.id);
            if (!result && !answer.wayOut) continue;
            const said = answer.wayOut ? undefined : result;
            const source = partOf(all.wiring, name);
            const host = hostOf(target, all.known);
            const explained = explain({ machine, source, target, host, result: said, wiring: all.wiring });
            cells.set(all.keyOf(name, target.id), {
              source: name,
              target: target.id,
              at,
              ...measured(said),
              ...explained,
            });
          }
        };
        await Promise.all(sources.map(probeFrom));
        return toMap(all, unheard);
      } finally {
        underWay -= 1;
      }
    },
  };
}

/** More would only wait for the same machines. */
const AT_ONCE = 4;

const partOf = ({ parts }: Wiring, name: string) => parts.find((part) => part.name === name);

function toTarget(target: IsolationTarget, known: TargetNames): IsolationMap['targets'][number] {
  const { id, group, part, network, audience } = target;
  const asked = urlOfTarget(target, known);
  return {
    id,
    group,
    part,
    network,
    ...(asked !== undefined && { asked }),
    ...(audience !== undefined && { audience }),
  };
}

function hostOf(target: IsolationTarget, known: TargetNames): string {
  const url = urlOfTarget(target, known);
  return url === undefined ? '' : new URL(url).host;
}

function measured(result: ProbeResult | undefined): Pick<Cell, 'durationMs' | 'status' | 'code'> {
  if (!result) return { durationMs: 0 };
  const { status, code } = result.failure === 'no-token' ? result.tokenRefused : result;
  return {
    durationMs: result.durationMs,
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
  };
}

function chosen<T>(
  all: readonly T[],
  idOf: (one: T) => string,
  wish: readonly string[] | undefined,
  what: string,
): T[] {
  const unknown = wish?.find((id) => !all.some((one) => idOf(one) === id));
  if (unknown !== undefined) {
    const code = `Unknown${what}`;
    throw new AzureError({ kind: 'invalid', code, message: `The map has no such ${what.toLowerCase()}.` });
  }
  return all.filter((one) => wish?.includes(idOf(one)) ?? true);
}

const notIsolated = () =>
  new AzureError({
    kind: 'not_implemented',
    code: 'NotIsolated',
    message:
      'This lab is one process on loopback: nothing isolates its parts. Start the lab in containers to see what does.',
  });

const tooMany = () =>
  new AzureError({
    kind: 'throttled',
    code: 'TooManyProbes',
    message: 'Too many probes are under way. Try again when they have ended.',
  });
