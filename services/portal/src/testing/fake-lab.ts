import { AzureError } from '@lab/shared/azure-error.ts';
import type { FlowEvent } from '@lab/shared/events.ts';
import { fabricAzure } from '../domain/azure.ts';
import { fabricClock } from '../domain/clock.ts';
import { eventStreams } from '../domain/event-streams.ts';
import { labExercises } from '../domain/exercises.ts';
import { fabricFaults } from '../domain/faults.ts';
import { fabricForge } from '../domain/forge.ts';
import { isolationMap } from '../domain/isolation/isolation.ts';
import { labEvents } from '../domain/lab-events.ts';
import { labFlows } from '../domain/lab-flows.ts';
import { fabricState } from '../domain/lab-state.ts';
import { pageSessions } from '../domain/page-sessions.ts';
import type { Participants } from '../domain/participants.ts';
import type { Place } from '../domain/place.ts';
import type { Places } from '../domain/places.ts';
import { progressInMemory } from '../domain/progress.ts';
import { fabricRotations } from '../domain/rotations.ts';
import type { EventService, Services } from '../domain/services.ts';
import { signIn } from '../domain/sign-in.ts';
import { fabricInspection } from '../domain/token-inspection.ts';
import { toTopology } from '../domain/topology.ts';
import { fabricWhoMay } from '../domain/who-may.ts';
import type { Workload } from '../domain/workloads.ts';
import { DEFAULT_SCENE } from '../exercises/scene.ts';
import { answersInMemory, labQuiz } from '../quiz/quiz.ts';
import type { LabParts } from '../routes/api.ts';

const BASE = {
  at: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  remoteAddress: '10.88.0.140',
  method: 'GET',
  host: 'localhost',
  status: 200,
};

/** Services that remember events, as the real ones do, and count how often they are asked. */
export function fakeServices() {
  const kept = new Map<EventService, FlowEvent[]>();
  const down = new Set<EventService>();
  const asked: EventService[] = [];
  const lives = new Map<EventService, number>();
  const happened = (service: EventService, event: Partial<FlowEvent> = {}) => {
    const events = kept.get(service) ?? [];
    const sequence = (events.at(-1)?.sequence ?? 0) + 1;
    const path = `/${service}/${sequence}`;
    kept.set(service, [...events, { ...BASE, service, path, sequence, ...event }]);
  };
  const services: Services = {
    health: async () => ({ ready: true }),
    events: async (service, after) => {
      asked.push(service);
      if (down.has(service)) return undefined;
      const events = kept.get(service) ?? [];
      const at = { epoch: `life-${lives.get(service) ?? 1}`, sequence: events.at(-1)?.sequence ?? 0 };
      if (after === 'now') return { events: [], at };
      const since = after.epoch === at.epoch ? after.sequence : 0;
      return { events: events.filter(({ sequence }) => sequence > since), at };
    },
  };
  const forget = (service: EventService, many: number) => kept.set(service, (kept.get(service) ?? []).slice(many));
  const restart = (service: EventService) => {
    kept.delete(service);
    lives.set(service, (lives.get(service) ?? 1) + 1);
  };
  return { services, happened, down, asked, forget, restart };
}

/** The lab's token, of every lab here. */
export const TOKEN = 'abcdefghijklmnopqrstuvwxyz_-0123456789ABCDE';
/** A workload that is there, in a few words. */
export const virtualMachine = (name: string): Workload => ({
  name,
  machine: `vm-${name}`,
  kind: 'virtualMachine',
  running: true,
});

/** The same for several of them, which answer every request with what it was. */
export const fakeWorkloads = (...names: string[]): LabParts['workloads'] => ({
  list: async () => names.map(virtualMachine),
  source: async (name) => ({ file: `${name}.ts`, text: 'await step();\n', steps: [] }),
  request: async (_name, { method, url }) => ({
    status: 200,
    statusText: 'OK',
    headers: [['content-type', 'text/plain']],
    body: `${method} ${url}`,
    truncated: false,
    durationMs: 1,
  }),
});

/** Nobody shares the lab, or who is named. */
export const fakePlaces = (...places: Place[]): Places => {
  const called = (name: string) => places.find(({ participant }) => participant === name);
  return { all: async () => places, now: async () => places, find: async (name) => called(name), lately: called };
};

const NO_FABRIC = { call: () => Promise.reject(new Error('no fabric')) };

const nobody = () =>
  Promise.reject(new AzureError({ kind: 'unavailable', code: 'ServiceUnavailable', message: 'Nobody is here.' }));

const NO_PARTICIPANTS: Participants = {
  list: async () => ({ participants: [], freeMachines: [] }),
  add: nobody,
  reset: nobody,
  remove: nobody,
};

/** A lab in which nothing happens. */
export function idleLab(given: Services = fakeServices().services, places: Places = fakePlaces()): LabParts {
  const { services, flows } = labFlows(given);
  const faults = fabricFaults(NO_FABRIC);
  const forge = fabricForge(NO_FABRIC);
  const workloads = { restart: async () => ({ restartedWorkloads: [] }) };
  const state = fabricState({ fabric: NO_FABRIC, workloads, faults });
  const events = labEvents(services);
  const azure = fabricAzure({ fabric: NO_FABRIC, forge, state });
  return {
    health: async () => ({ ready: true, parts: [] }),
    runs: { run: () => Promise.reject(new Error('nothing to run')) },
    events,
    flows,
    streams: eventStreams({ services, pollMs: 1 }),
    rotations: fabricRotations(NO_FABRIC),
    clock: fabricClock({ fabric: NO_FABRIC, workloads }),
    forge,
    faults,
    topology: async () => toTopology(undefined, ['imds', 'portal']),
    isolation: isolationMap({
      wiring: undefined,
      workloads: { list: async () => [] },
      names: async () => ({}),
      now: () => BASE.at,
    }),
    door: { signIn: signIn({ token: TOKEN, places }), sessions: pageSessions() },
    places,
    state,
    exercises: labExercises({
      state,
      events,
      services,
      azure,
      progress: progressInMemory(),
      available: async () => new Set(),
      scene: async () => DEFAULT_SCENE,
      knownState: state.reset,
      now: () => '2026-01-01T00:00:00.000Z',
      preview: async () => {},
    }),
    quiz: labQuiz({
      find: async () => undefined,
      stage: () => Promise.reject(new Error('nothing is there')),
      make: async () => {},
      pause: async () => {},
      answers: answersInMemory(),
    }),
    inspect: fabricInspection({ fabric: NO_FABRIC, resources: state.resources }),
    azure,
    participants: NO_PARTICIPANTS,
    whoMay: fabricWhoMay({ fabric: NO_FABRIC, state }),
    workloads: fakeWorkloads(),
  };
}
