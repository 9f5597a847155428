import { AzureError } from '@lab/shared/azure-error.ts';
import type { FlowEvent } from '@lab/shared/events.ts';
import { START } from './event-cursor.ts';
import { ON_THE_WAY, type Services } from './services.ts';
import type { Progress, WorkloadRun, Workloads } from './workloads.ts';

/** A run as the page shows it: what the workload saw, and what the services on the way saw meanwhile. */
export type FlowRun = WorkloadRun & {
  readonly workload: string;
  /** In order of time. */
  readonly events: readonly FlowEvent[];
  /** Services that could not be asked what they saw. */
  readonly unheard: readonly string[];
};

export type FlowRuns = {
  /** @param onProgress Told where the program is. */
  run(workload: string, onProgress?: (progress: Progress) => void): Promise<FlowRun>;
};

/**
 * Runs a workload and collects what happened on the way.
 *
 * One run at a time, the next ones wait: otherwise the events of one would show up in the other.
 * @param now ISO 8601, UTC. All parts of a lab share the clock of one machine, so times can be compared.
 */
export function flowRuns({
  services,
  workloads,
  now,
  maxWaiting = 4,
}: {
  services: Services;
  workloads: Pick<Workloads, 'run'>;
  now: () => string;
  maxWaiting?: number;
}): FlowRuns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const run: FlowRuns['run'] = async (workload, onProgress) => {
    const begun = now();
    const positions = await Promise.all(
      ON_THE_WAY.map((service) => services.events(service, 'now').then((heard) => heard?.at)),
    );
    const result = await workloads.run(workload, onProgress);
    const heard = await Promise.all(
      ON_THE_WAY.map((service, index) => services.events(service, positions[index] ?? START)),
    );
    return {
      ...result,
      workload,
      events: heard
        .flatMap((answer) => answer?.events ?? [])
        .filter(({ at }) => at >= begun)
        .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0)),
      unheard: ON_THE_WAY.filter((_, index) => heard[index] === undefined),
    };
  };

  return {
    run: async (workload, onProgress) => {
      if (waiting >= maxWaiting) throw busy();
      waiting += 1;
      const mine = last.then(() => run(workload, onProgress));
      last = mine
        .catch(() => {})
        .finally(() => {
          waiting -= 1;
        });
      return mine;
    },
  };
}

const busy = () =>
  new AzureError({
    kind: 'throttled',
    code: 'TooManyRuns',
    message: 'Other runs are waiting already. Try again when they have ended.',
  });
