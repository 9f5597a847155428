import type { Need } from '../exercises/exercise.ts';
import type { Workloads } from './workloads.ts';

/**
 * What of all that exercises need is there. Machines that say which addresses they have are containers, and networks keep
 * those apart; the embedded lab's are processes that reach every port.
 */
export async function needsMet({ machines, list }: Pick<Workloads, 'machines' | 'list'>): Promise<ReadonlySet<Need>> {
  const running = (await list()).filter((one) => one.running).map(({ machine }) => machine);
  return new Set([...(machines ? ['isolation'] : []), ...running] as Need[]);
}
