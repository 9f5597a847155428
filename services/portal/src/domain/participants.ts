import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';
import { answerOf } from './fabric-answer.ts';
import type { LabResource, LabState } from './lab-state.ts';
import type { Place } from './place.ts';
import { type At, placeFile, type Shared } from './place-file.ts';
import type { Places } from './places.ts';
import type { Workload } from './workloads.ts';

export const ParticipantName = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,11}$/, 'expected 1 to 12 lower-case letters and digits, starting with a letter');

export const ParticipantBody = z.strictObject({
  name: z.string(),
  machine: z.string().meta({ description: 'Host name of the machine that they sit at.' }),
  workload: z.string().optional().meta({ description: 'What the lab API calls it.' }),
  running: z.boolean().meta({ description: 'Whether that machine runs.' }),
  resourceGroup: z.string(),
  code: z.string().meta({ description: 'With what they sign in: `/#/room?code=…`.' }),
  signedIn: z.boolean().meta({ description: 'Whether a page is open, as far as the portal remembers.' }),
  passed: z.array(z.string()).meta({ description: 'Exercises that they have done.' }),
});
export type ParticipantBody = z.infer<typeof ParticipantBody>;

export const ParticipantList = z.strictObject({
  participants: z.array(ParticipantBody),
  freeMachines: z.array(z.string()).meta({ description: 'Machines that somebody else could sit at.' }),
});

export const PlaceReset = z.strictObject({ durationMs: z.number() });

export type Participants = {
  list(): Promise<z.infer<typeof ParticipantList>>;
  /**
   * Gives somebody a place, at a machine that is nobody's. Who has one keeps it.
   * @throws `conflict` NoFreeMachine; `invalid` InvalidLabFile where a name is taken by something else.
   */
  add(name: string): Promise<{ readonly participant: ParticipantBody; readonly isNew: boolean }>;
  /**
   * Their group as it was at first.
   * @throws `not_found` ParticipantNotFound; `invalid` or `conflict` where somebody else has taken a name that it needs:
   *   nothing is changed then.
   */
  reset(name: string): Promise<z.infer<typeof PlaceReset>>;
  /** @throws `not_found` ParticipantNotFound; `conflict` DeclaredGroup for one that the lab file declares. */
  remove(name: string): Promise<void>;
};

type State = Pick<LabState, 'managed' | 'resources' | 'patch'>;

/** Who shares the lab, as the trainer sees it. */
export function labParticipants({
  fabric,
  state,
  places,
  workloads,
  codeOf,
  isSignedIn,
  passed,
}: {
  fabric: Pick<FabricClient, 'call'>;
  state: State;
  places: Places;
  workloads: { list(): Promise<readonly Workload[]> };
  codeOf: (participant: string) => string;
  isSignedIn: (participant: string) => boolean;
  passed: (participant: string) => Promise<readonly string[]>;
}): Participants {
  const placeOf = async (name: string): Promise<Place> => {
    const place = (await places.now()).find(({ participant }) => participant === name);
    if (!place) throw participantNotFound();
    return place;
  };
  const toBody = async ({ participant: name, machine, resourceGroup }: Place): Promise<ParticipantBody> => {
    const workload = (await workloads.list()).find((one) => sameText(one.machine, machine));
    return {
      name,
      machine,
      ...(workload && { workload: workload.name }),
      running: workload?.running ?? false,
      resourceGroup,
      code: codeOf(name),
      signedIn: isSignedIn(name),
      passed: [...(await passed(name))],
    };
  };
  const freeMachines = async (): Promise<string[]> => {
    const [all, there, taken] = await Promise.all([workloads.list(), state.managed(), places.now()]);
    const machines = there.filter(({ kind }) => kind === 'virtualMachine').map(({ name }) => String(name));
    const isFree = ({ machine }: Workload) =>
      ![...machines, ...taken.map((place) => place.machine)].some((name) => sameText(name, machine));
    return all
      .filter((one) => one.kind === 'virtualMachine' && isFree(one))
      .toSorted((one, other) => Number(other.running) - Number(one.running))
      .map(({ machine }) => machine);
  };
  const ask = <T extends z.ZodType>(path: string, body: { id: string; text?: string }, schema: T) =>
    answerOf('arm', fabric.call('arm', 'POST', path, { body, timeoutMs: PATIENCE_MS }), schema);
  return {
    list: async () => {
      const [all, free] = await Promise.all([places.now(), freeMachines()]);
      return { participants: await Promise.all(all.map(toBody)), freeMachines: free };
    },
    add: async (name) => {
      const there = (await places.now()).find(({ participant }) => participant === name);
      if (there) return { participant: await toBody(there), isNew: false };
      const [machine] = await freeMachines();
      if (machine === undefined) throw noFreeMachine();
      await furnish(state, { participant: name, machine });
      return { participant: await toBody(await placeOf(name)), isNew: true };
    },
    reset: async (name) => {
      const begun = performance.now();
      const place = await placeOf(name);
      // The lab file goes before, where it knows the place.
      await ask('/groups/reset', { id: place.resourceGroupId, text: await furniture(state, place) }, GroupReset);
      await places.now();
      return { durationMs: Math.round(performance.now() - begun) };
    },
    remove: async (name) => {
      const { resourceGroupId: id } = await placeOf(name);
      await ask('/groups/remove', { id }, z.undefined());
      await places.now();
    },
  };
}

/**
 * The state of the lab, of which those who share it keep their places: who was given one since the lab was started has it
 * anew where everything begins anew.
 */
export function keepingParticipants(state: LabState, places: Pick<Places, 'now'>): LabState {
  const keeping = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = await places.now();
    const done = await work();
    const after = new Set((await places.now()).map(({ participant }) => participant));
    for (const place of before) if (!after.has(place.participant)) await furnish(state, place);
    if (before.length > 0) await places.now();
    return done;
  };
  return {
    ...state,
    reset: () => keeping(() => state.reset()),
    snapshots: { ...state.snapshots, restore: (name) => keeping(() => state.snapshots.restore(name)) },
  };
}

type Person = Pick<Place, 'participant' | 'machine'>;

async function furnish(state: State, person: Person): Promise<void> {
  await state.patch(await furniture(state, person));
}

/** Somebody's place as a partial lab file. */
async function furniture(
  state: Pick<State, 'managed' | 'resources'>,
  { participant, machine }: Person,
): Promise<string> {
  const [managed, applications] = await Promise.all([state.managed(), state.resources('application')]);
  const tenant = managed.find(({ kind }) => kind === 'tenant');
  const shared = sharedIn(managed, applications, String(tenant?.tenantId));
  return JSON.stringify(placeFile({ participant, machine, tenant: String(tenant?.name) }, shared));
}

type Resources = readonly z.infer<typeof LabResource>[];

/** What the sample program asks for, as far as this lab has it: the same for every machine. */
function sharedIn(managed: Resources, applications: Resources, tenantId: string): Shared {
  const find = (kind: string, name: string): At | undefined => {
    const found = managed.find((one) => one.kind === kind && one.name === name && one.tenantId === tenantId);
    const [, , subscriptionId, , resourceGroup] = found?.id.split('/') ?? [];
    const subscription = managed.find((one) => one.kind === 'subscription' && one.subscriptionId === subscriptionId);
    if (!subscription || resourceGroup === undefined) return undefined;
    return { subscription: String(subscription.displayName), resourceGroup, name };
  };
  const api = applications.some((one) => one.displayName === 'orders-api' && one.tenantId === tenantId);
  return {
    vault: find('vault', 'kv-lab'),
    account: find('storageAccount', 'stlab'),
    api: api ? { name: 'orders-api', role: 'Orders.Read' } : undefined,
  };
}

const GroupReset = z.object({ durationMs: z.number() });
const PATIENCE_MS = 15_000;

const participantNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'ParticipantNotFound', message: 'Nobody of this name shares the lab.' });

const noFreeMachine = () =>
  new AzureError({
    kind: 'conflict',
    code: 'NoFreeMachine',
    message:
      'There is no virtual machine left: the network of virtual machines has room for four. A lab of lab.workshop.yaml has four places.',
  });
