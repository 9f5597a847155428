import { AzureError } from '@lab/shared/azure-error.ts';
import { type Clock, LAB_CLOCK, type LabClock } from '@lab/shared/clock.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import { type Beginning, FOLLOWED } from '@lab/shared/feed/feed.ts';
import type { Resource } from '@lab/shared/feed/resources.ts';
import type { Slot } from '@lab/shared/lab/lab-state.ts';
import type { Log } from '@lab/shared/log.ts';
import { applyBuiltInRoles, applyLab, declareLab } from './apply-lab.ts';
import type { Feed } from './feed.ts';
import { hostedCertificates } from './identity-certificates.ts';
import { reconcile } from './reconcile.ts';
import type { Resources } from './resources.ts';
import type { Snapshot, Snapshots } from './snapshots.ts';
import type { Turns } from './turns.ts';

/** `late`: who follows, and had not taken it over in time. They do when they are back. */
export type Begun = { readonly durationMs: number; readonly late: readonly Peer[] };

export type Lives = {
  /** Everything as the lab file says it, as at the first start. Keys, certificates and snapshots stay. */
  reset(): Promise<Begun>;
  snapshots(): readonly Snapshot[];
  /** @throws AzureError `conflict` TooManySnapshots, `unavailable` where a service that has state cannot be asked. */
  take(name: string): Promise<void>;
  /** @throws AzureError `not_found` SnapshotNotFound. */
  restore(name: string): Promise<Begun>;
  /** @throws AzureError `not_found` SnapshotNotFound. */
  forget(name: string): Promise<void>;
};

/** They have state besides what they follow. */
const HAVE_STATE = ['keyvault', 'blob', 'entra'] as const satisfies readonly Peer[];
const MOST_SNAPSHOTS = 20;
const PATIENCE_MS = 10_000;
const ABSENT_MS = 1_500;
const ASKING_MS = 3_000;

/**
 * The lives of the lab. One begins in `arm`, in one transaction, and reaches the others by the feed, each in one transaction
 * of its own: killed at any point, each has the old life or the new one, and comes to the new one by itself.
 *
 * Entra pauses meanwhile: it lets nobody in before the others are told, and again when all have taken the new life over. So a
 * token that it issued is always older than what judges it, as any token may be, and nobody gets what neither life gives.
 */
export function livesOf({
  resources,
  snapshots,
  turns,
  feed,
  fabric,
  labClock,
  system,
  readLab,
  slots,
  onBegun,
  log,
}: {
  resources: Resources;
  snapshots: Snapshots;
  turns: Turns;
  feed: Feed;
  fabric: Pick<FabricClient, 'call'>;
  labClock: LabClock;
  system: Clock;
  readLab: () => readonly Resource[];
  slots: () => readonly Slot[];
  /** Called when all have the new life's time. */
  onBegun: () => void;
  log: Log;
}): Lives {
  /** Who is to be waited for, and how long: one that does not listen now is at work for a moment, or has gone. */
  const followersNow = () =>
    (Object.keys(FOLLOWED) as Peer[])
      .filter(feed.isFollowing)
      .map((peer) => ({ peer, patienceMs: feed.isListening(peer) ? PATIENCE_MS : ABSENT_MS }));
  const untilApplied = async (followers: ReturnType<typeof followersNow>): Promise<Peer[]> => {
    const revision = resources.revision();
    const applied = await Promise.all(
      followers.map(({ peer, patienceMs }) => feed.hasApplied(peer, revision, patienceMs)),
    );
    return followers.filter((_, index) => !applied[index]).map(({ peer }) => peer);
  };

  /** A copy is of what its service has taken over: one that is behind would lack for ever what a copy is not told again. */
  const refuseLate = async (): Promise<void> => {
    const revision = resources.revision();
    const applied = await Promise.all(HAVE_STATE.map((peer) => feed.hasApplied(peer, revision, ASKING_MS)));
    const late = HAVE_STATE.find((_, index) => !applied[index]);
    if (late) throw noSnapshot(late, 'has not taken over yet what the lab contains');
  };

  const begin = async (begun: Beginning, fill: (declared: readonly Resource[]) => void): Promise<Begun> => {
    const started = performance.now();
    const declared = readOrRefuse(readLab);
    // Who cannot be asked to pause lets nobody in.
    await fabric.call('entra', 'POST', '/pause', { timeoutMs: ASKING_MS }).catch(() => {});
    try {
      const followers = followersNow();
      resources.transaction(() => {
        const certificates = hostedCertificates(resources);
        resources.begin(begun);
        applyBuiltInRoles(resources);
        fill(declared);
        certificates.putBack();
      });
      feed.changed();
      const late = await untilApplied(followers);
      onBegun();
      const durationMs = Math.round(performance.now() - started);
      log.info({ begun: begun.by, durationMs, late }, 'a new life of the lab has begun');
      return { durationMs, late };
    } finally {
      await fabric.call('entra', 'DELETE', '/pause', { timeoutMs: ASKING_MS }).catch(() => {});
    }
  };

  const found = (name: string): Snapshot => {
    const snapshot = snapshots.find(name);
    if (snapshot) return snapshot;
    const message = `There is no snapshot called ${name}.`;
    throw new AzureError({ kind: 'not_found', code: 'SnapshotNotFound', message });
  };

  /** A life's own copy is kept as long as it lasts: who is late comes to it later. */
  const kept = (): string[] => {
    const { begun } = resources.life();
    return [...snapshots.all().map(({ id }) => id), ...(begun?.by === 'snapshot' ? [begun.id] : [])];
  };
  /** Who cannot be asked now forgets with the next snapshot. */
  const forgetOthers = () =>
    Promise.allSettled(
      HAVE_STATE.map((service) => fabric.call(service, 'POST', '/snapshots/keep', { body: { keep: kept() } })),
    );

  return {
    reset: () =>
      turns.alone(() =>
        begin({ by: 'reset' }, (declared) => {
          labClock.set({ offsetSeconds: 0, heldAt: null });
          // Denials first: a follower applies a large lab in parts.
          const isDenial = ({ kind }: Resource) => Number(kind === 'denyAssignment');
          applyLab(
            resources,
            declared.toSorted((a, b) => isDenial(b) - isDenial(a)),
            slots(),
            labClock.now(),
          );
        }),
      ),
    restore: (name) =>
      turns.alone(() =>
        begin({ by: 'snapshot', id: found(name).id }, (declared) => {
          labClock.set(resources.find('labClock', LAB_CLOCK) ?? { offsetSeconds: 0, heldAt: null });
          // What the file says counts as applied: nothing but a change of it is, from here on.
          declareLab(resources, declared);
          reconcile(resources, new Set(declared.map(({ id }) => id.toLowerCase())), slots());
        }),
      ),
    snapshots: snapshots.all,
    take: (name) =>
      turns.alone(async () => {
        if (!snapshots.find(name) && snapshots.all().length >= MOST_SNAPSHOTS) throw tooManySnapshots();
        await refuseLate();
        const id = crypto.randomUUID();
        const keep = kept();
        await Promise.all(HAVE_STATE.map((service) => copyIn(fabric, service, id, keep)));
        resources.transaction(() => snapshots.put({ name, id, takenAt: system.now() }, keep));
        await forgetOthers();
      }),
    forget: (name) =>
      turns.alone(async () => {
        snapshots.remove(found(name).name);
        await forgetOthers();
      }),
  };
}

function readOrRefuse(readLab: () => readonly Resource[]): readonly Resource[] {
  try {
    return readLab();
  } catch (cause) {
    const message = 'The lab file could not be read, so nothing was changed.';
    throw new AzureError({ kind: 'unavailable', code: 'ServiceUnavailable', message, cause });
  }
}

async function copyIn(
  fabric: Pick<FabricClient, 'call'>,
  service: Peer,
  id: string,
  keep: readonly string[],
): Promise<void> {
  const path = `/snapshots/${id}`;
  const answer = await fabric
    .call(service, 'PUT', path, { body: { keep }, timeoutMs: PATIENCE_MS })
    .catch((cause: unknown) => ({ status: 0, body: cause }));
  if (answer.status === 204) return;
  throw noSnapshot(service, 'could not copy its state now', answer.body);
}

const noSnapshot = (service: Peer, reason: string, cause?: unknown) =>
  new AzureError({
    kind: 'unavailable',
    code: 'ServiceUnavailable',
    message: `The service '${service}' ${reason}, so there is no snapshot.`,
    cause,
  });

const tooManySnapshots = () =>
  new AzureError({
    kind: 'conflict',
    code: 'TooManySnapshots',
    message: `There are ${MOST_SNAPSHOTS} snapshots already; remove one first.`,
  });
