import { expect, it } from 'vitest';
import { fakePlaces, virtualMachine } from '../testing/fake-lab.ts';
import { ANA, BEN } from '../testing/fake-places.ts';
import type { LabState, NewLife } from './lab-state.ts';
import { keepingParticipants, labParticipants } from './participants.ts';
import type { Place } from './place.ts';
import type { Places } from './places.ts';

const MACHINES = [
  virtualMachine('app01'),
  virtualMachine('app02'),
  { ...virtualMachine('app03'), running: false },
  virtualMachine('app04'),
];

/** Resource Manager as far as places concern it: what is patched in is there. */
function lab({ there = [] }: { there?: Place[] } = {}) {
  let places = there;
  const patched: string[] = [];
  const called: string[] = [];
  const state = {
    managed: async () => [
      { kind: 'tenant', id: ANA.tenantId, tenantId: ANA.tenantId, name: 'contoso' },
      ...places.map(({ machine }) => ({ kind: 'virtualMachine', id: machine, name: machine })),
    ],
    resources: async () => [],
    patch: async (text: string) => {
      patched.push(text);
      const { name, machine } = JSON.parse(text).tenants[0].subscriptions[0].resourceGroups[0].participant;
      places = [...places, { ...ANA, participant: name, machine }];
      return { added: 1, changed: 0, resources: [] };
    },
    reset: async () => {
      places = [];
      return { durationMs: 1, late: [], restartedWorkloads: [] } satisfies NewLife;
    },
    snapshots: {
      restore: async () => {
        places = [];
        return { durationMs: 1, late: [], restartedWorkloads: [] } satisfies NewLife;
      },
    },
  };
  const known: Places = { ...fakePlaces(), all: async () => places, now: async () => places };
  const participants = labParticipants({
    fabric: {
      call: async (service, method, path, { body } = {}) => {
        called.push(`${service} ${method} ${path} ${JSON.stringify(body)}`);
        if (path === '/groups/remove') {
          places = [];
          return { status: 204, body: undefined };
        }
        return { status: 200, body: { durationMs: 1 } };
      },
    },
    state,
    places: known,
    workloads: { list: async () => MACHINES },
    codeOf: (name) => `code-of-${name}`,
    isSignedIn: (name) => name === 'ana',
    passed: async () => ['first-token'],
  });
  return { participants, patched, called, known, state: state as unknown as LabState, now: () => places };
}

it('shows who is there, with the code of each, and which machines are left', async () => {
  const { participants } = lab({
    there: [
      { ...ANA, machine: 'vm-app01' },
      { ...BEN, machine: 'vm-app02' },
    ],
  });
  const { participants: all, freeMachines } = await participants.list();
  expect(all[0]).toEqual({
    name: 'ana',
    machine: 'vm-app01',
    workload: 'app01',
    running: true,
    resourceGroup: 'rg-ana',
    code: 'code-of-ana',
    signedIn: true,
    passed: ['first-token'],
  });
  expect(all.map(({ name, signedIn }) => [name, signedIn])).toEqual([
    ['ana', true],
    ['ben', false],
  ]);
  expect(freeMachines).toEqual(['vm-app04', 'vm-app03']);
});

it('gives somebody a machine that is nobody’s, one that runs before one that does not, and only once', async () => {
  const { participants, patched } = lab({
    there: [
      { ...ANA, machine: 'vm-app01' },
      { ...BEN, machine: 'vm-app02' },
    ],
  });
  const first = await participants.add('eva');
  expect([first.isNew, first.participant.machine]).toEqual([true, 'vm-app04']);
  const again = await participants.add('eva');
  expect([again.isNew, again.participant.machine, patched.length]).toEqual([false, 'vm-app04', 1]);
  expect((await participants.add('max')).participant.machine).toBe('vm-app03');
  await expect(participants.add('one')).rejects.toMatchObject({ code: 'NoFreeMachine' });
});

it('makes a place as it was at first, in one request with what it was given', async () => {
  const { participants, patched, called } = lab({ there: [ANA] });
  await participants.reset('ana');
  const [said = ''] = called;
  const { id, text } = JSON.parse(said.replace('arm POST /groups/reset ', ''));
  expect([called.length, id, patched]).toEqual([1, ANA.resourceGroupId, []]);
  const [group] = JSON.parse(text).tenants[0].subscriptions[0].resourceGroups;
  expect(group.participant).toEqual({ name: 'ana', machine: 'vm-app01' });
});

it('takes somebody out, and knows nobody else', async () => {
  const { participants, called } = lab({ there: [ANA] });
  for (const work of [participants.reset('ben'), participants.remove('ben')]) {
    await expect(work).rejects.toMatchObject({ code: 'ParticipantNotFound' });
  }
  await participants.remove('ana');
  expect(called).toEqual([`arm POST /groups/remove {"id":"${ANA.resourceGroupId}"}`]);
});

it.each(['reset', 'restore'] as const)('keeps everybody’s place over a %s', async (way) => {
  const { state, known, now, patched } = lab({ there: [ANA, BEN] });
  const kept = keepingParticipants(state, known);
  await (way === 'reset' ? kept.reset() : kept.snapshots.restore('a'));
  expect(now().map(({ participant, machine }) => [participant, machine])).toEqual([
    ['ana', 'vm-app01'],
    ['ben', 'vm-app02'],
  ]);
  expect(patched).toHaveLength(2);
});
