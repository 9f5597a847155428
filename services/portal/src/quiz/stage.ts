import { sameText } from '@lab/shared/same-text.ts';
import type { LabState } from '../domain/lab-state.ts';
import type { Places } from '../domain/places.ts';
import type { Workload, Workloads } from '../domain/workloads.ts';
import type { ShownResource } from '../exercises/exercise.ts';
import { DEFAULT_SCENE, sceneOf } from '../exercises/scene.ts';
import type { Stage, StageNeed } from './acts.ts';

/**
 * With what flows are made for somebody: a participant has their own machine and `outsider`, as in the console; the trainer has
 * what there is.
 *
 * @param options.isIsolated Whether networks keep machines apart, and tell who sent a request.
 * @throws Error where no virtual machine is there.
 */
export const labStages =
  ({
    workloads,
    places,
    state,
    isIsolated,
  }: {
    workloads: Pick<Workloads, 'list'>;
    places: Pick<Places, 'find'>;
    state: Pick<LabState, 'managed'>;
    isIsolated: boolean;
  }) =>
  async (who: string): Promise<Stage> => {
    const [place, all, resources] = await Promise.all([places.find(who), workloads.list(), state.managed()]);
    const theirs = all.filter(({ running, name }) => running && (!place || place.workloads.has(name)));
    const usual = place ? sceneOf(place, resources) : DEFAULT_SCENE;
    const own = machineIn(theirs, usual.machine);
    const scene = { ...usual, machine: own.machine };
    const isOwnTenant = (one: ShownResource) => one.kind === 'tenant' && one.name === scene.machines.tenant;
    const tenantId = place?.tenantId ?? resources.find(isOwnTenant)?.tenantId;
    const foreign = resources.find((one) => one.kind === 'vault' && one.tenantId !== tenantId);
    const others = new Map(theirs.map(({ machine, name }) => [machine, name]));
    const has: [StageNeed, boolean][] = [
      ['outsider', others.has('outsider')],
      ['isolation', isIsolated],
      ['func-app01', others.has('func-app01')],
      ['foreign vault', tenantId !== undefined && foreign !== undefined],
      ['two subscriptions', scene.machines.subscription !== scene.data.subscription],
    ];
    return {
      ...{ scene, workload: own.name, others },
      foreignVault: foreign && String(foreign.name),
      has: new Set(has.flatMap(([need, isThere]) => (isThere ? [need] : []))),
    };
  };

/** The one of that name, or the first that there is. */
function machineIn(workloads: readonly Workload[], name: string): Workload {
  const machines = workloads.filter(({ kind }) => kind === 'virtualMachine');
  const found = machines.find(({ machine }) => sameText(machine, name)) ?? machines[0];
  if (!found) throw new Error('no virtual machine is there');
  return found;
}
