import type { Need } from '../exercises/exercise.ts';
import type { Workloads } from './workloads.ts';

/** What of all that exercises need is there. Processes of the embedded lab reach every port: nothing isolates them. */
export async function needsMet({ list }: Pick<Workloads, 'list'>, isIsolated: boolean): Promise<ReadonlySet<Need>> {
  const running = (await list()).filter((one) => one.running).map(({ machine }) => machine);
  return new Set([...(isIsolated ? ['isolation'] : []), ...running] as Need[]);
}
