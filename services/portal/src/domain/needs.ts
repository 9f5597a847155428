import type { Need } from '../exercises/exercise.ts';
import type { Place } from './place.ts';
import type { Workloads } from './workloads.ts';

/**
 * What of all that exercises need is there for somebody. Processes of the embedded lab reach every port: nothing isolates them.
 * Participants have no second machine, and nothing that concerns the others.
 */
export async function needsMet(
  { list }: Pick<Workloads, 'list'>,
  { isIsolated, place }: { isIsolated: boolean; place?: Place | undefined },
): Promise<ReadonlySet<Need>> {
  const running = (await list()).filter((one) => one.running).map(({ machine }) => machine);
  const theirs = place ? running.filter((machine) => machine === 'outsider') : [...running, 'trainer'];
  return new Set([...(isIsolated ? ['isolation'] : []), ...theirs] as Need[]);
}
