import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';
import type { LabResource } from './lab-state.ts';
import { ownsId, type Place } from './place.ts';
import type { Workload } from './workloads.ts';

type Resource = z.infer<typeof LabResource>;

/** Who shares the lab, and which part of it is whose. Resource Manager knows: it is what the resource groups say. */
export type Places = {
  /** In order of their names. */
  all(): Promise<readonly Place[]>;
  /** The same, asked for now: for what has just been changed. */
  now(): Promise<readonly Place[]>;
  /** Undefined: nobody of this name has a place now. */
  find(participant: string): Promise<Place | undefined>;
  /** The same as of a moment ago, for what cannot wait. Who is asked for often is looked after in the background. */
  lately(participant: string): Place | undefined;
};

/** A machine outside of all virtual machines. It has no identity, so nobody gets at anything by it. */
const NOBODYS = 'outsider';

/**
 * @param resources What Resource Manager has, asked once in `freshMs` at most. Where it cannot be asked, what it said last
 *   goes on.
 */
export function labPlaces({
  resources,
  workloads,
  now = () => performance.now(),
  freshMs = 1_000,
}: {
  resources: () => Promise<readonly Resource[]>;
  workloads: { list(): Promise<readonly Workload[]> };
  now?: () => number;
  freshMs?: number;
}): Places {
  let known: readonly Place[] | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<readonly Place[]> | undefined;
  const ask = async () => {
    try {
      const [all, machines] = await Promise.all([resources(), workloads.list()]);
      known = placesIn(all, machines);
      askedAt = now();
      return known;
    } catch (error) {
      if (known) return known;
      throw error;
    } finally {
      asking = undefined;
    }
  };
  const all = async () => {
    if (known && now() - askedAt < freshMs) return known;
    asking ??= ask();
    return asking;
  };
  const called = (places: readonly Place[] | undefined, name: string) =>
    places?.find(({ participant }) => participant === name);
  return {
    all,
    now: ask,
    find: async (participant) => called(await all(), participant),
    lately: (participant) => {
      all().catch(() => {});
      return called(known, participant);
    },
  };
}

function placesIn(resources: readonly Resource[], workloads: readonly Workload[]): Place[] {
  const of = (kind: string) => resources.filter((resource) => resource.kind === kind);
  const places = of('resourceGroup').flatMap((group): Place[] => {
    const { data } = Group.safeParse(group);
    if (!data) return [];
    const { participant, subscriptionId, name: resourceGroup, resourceId: resourceGroupId } = data;
    const { machine, principalId: operatorId, clientId } = participant;
    const subscription = of('subscription').find((one) => one.subscriptionId === subscriptionId);
    const tenant = of('tenant').find((one) => one.tenantId === subscription?.tenantId);
    const inGroup = (kind: string) => of(kind).filter(({ id }) => ownsId({ resourceGroupId }, id));
    const identities = of('servicePrincipal').filter((one) => ownsId({ resourceGroupId }, String(one.resourceId)));
    return [
      {
        participant: participant.name,
        tenantId: String(tenant?.tenantId),
        subscriptionId,
        tenant: String(tenant?.name),
        subscription: String(subscription?.displayName),
        resourceGroup,
        resourceGroupId,
        machine,
        workloads: new Set(
          workloads.filter((one) => one.kind === NOBODYS || sameText(one.machine, machine)).map(({ name }) => name),
        ),
        operatorId,
        principals: new Set(
          [operatorId, clientId, ...identities.flatMap((one) => [one.principalId, one.clientId])].map(String),
        ),
        hosts: new Set([...inGroup('vault'), ...inGroup('storageAccount')].map(({ host }) => String(host))),
      },
    ];
  });
  return places.sort((one, other) => (one.participant < other.participant ? -1 : 1));
}

/** A resource group that is somebody's. */
const Group = z.object({
  name: z.string(),
  resourceId: z.string(),
  subscriptionId: z.string(),
  participant: z.object({ name: z.string(), machine: z.string(), principalId: z.string(), clientId: z.string() }),
});
