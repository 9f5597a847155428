import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { silentLog } from '@lab/shared/log.ts';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { pageApp } from '../apps.ts';
import { fabricAzure } from '../domain/azure.ts';
import { fabricClock } from '../domain/clock.ts';
import { endingExercises } from '../domain/exercise-hooks.ts';
import { labExercises } from '../domain/exercises.ts';
import { fabricFaults } from '../domain/faults.ts';
import type { FlowRun } from '../domain/flow-runs.ts';
import { fabricForge } from '../domain/forge.ts';
import { labEvents } from '../domain/lab-events.ts';
import type { RequestBody } from '../domain/lab-requests.ts';
import { fabricState } from '../domain/lab-state.ts';
import { pageSessions } from '../domain/page-sessions.ts';
import type { Place } from '../domain/place.ts';
import { progressInMemory } from '../domain/progress.ts';
import { fabricRotations } from '../domain/rotations.ts';
import { signIn } from '../domain/sign-in.ts';
import { fabricInspection } from '../domain/token-inspection.ts';
import { fabricWhoMay } from '../domain/who-may.ts';
import type { Progress } from '../domain/workloads.ts';
import type { Need } from '../exercises/exercise.ts';
import { DEFAULT_SCENE } from '../exercises/scene.ts';
import { fakePlaces, fakeServices, fakeWorkloads, idleLab, TOKEN } from './fake-lab.ts';

export { TOKEN } from './fake-lab.ts';
export const IDENTITY = 'b0ca1b0a-29b4-5a8e-8e1a-000000000001';
export const TENANT = 'a11ce000-0000-4000-8000-000000000001';
export const bearer = { authorization: `Bearer ${TOKEN}` };
export const bearerJson = { ...bearer, 'content-type': 'application/json' };

export type Headers = Record<string, string | string[]>;
export type ControlAnswer = {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * The lab API over control routes that answer what a test says, from before a file's first test until after its last.
 * @param options.room Whether one has to sign in, and `places`: who shares the lab.
 */
export function fakeLabApi({ room, places = [] }: { room?: boolean; places?: readonly Place[] } = {}) {
  const fake = fakeServices();
  const fabric = {
    /** What the control routes answer, by service, or one route by `service METHOD /path`; absent: it cannot be reached. */
    answers: {} as Record<string, ControlAnswer>,
    /** What they were asked. */
    called: [] as string[],
    /** With which headers. */
    headers: [] as Readonly<Record<string, string>>[],
    /** Services whose name is not known: their profile was not started. */
    absent: new Set<string>(),
    /** What of all that exercises need is there. */
    has: new Set<Need>(),
  };
  const call: FabricClient['call'] = async (service, method, path, { body, headers = {} } = {}) => {
    fabric.headers.push(headers);
    fabric.called.push(`${service} ${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    const answer = fabric.answers[`${service} ${method} ${path}`] ?? fabric.answers[service];
    if (!answer) throw Object.assign(new Error('ECONNREFUSED'), fabric.absent.has(service) && { code: 'EAI_AGAIN' });
    return answer;
  };
  const faults = fabricFaults({ call }, async (workload) => (workload === 'app' ? 'vm-app01' : undefined));
  const forge = fabricForge({ call });
  const workloads = { restart: async () => ({ restartedWorkloads: ['app'] }) };
  const state = fabricState({ fabric: { call }, workloads, faults });
  const azure = fabricAzure({ fabric: { call }, forge, state });
  const exercises = labExercises({
    state,
    events: labEvents(fake.services),
    services: fake.services,
    azure,
    progress: progressInMemory(),
    available: async () => fabric.has,
    scene: async () => DEFAULT_SCENE,
    knownState: state.reset,
    now: () => '2026-01-01T00:00:00.000Z',
    preview: async () => {},
  });
  const lab = {
    ...idleLab(fake.services, fakePlaces(...places)),
    door: { signIn: signIn({ token: TOKEN, room, places: fakePlaces(...places) }), sessions: pageSessions() },
    rotations: fabricRotations({ call }),
    clock: fabricClock({
      fabric: { call },
      workloads: { restart: async () => ({ restartedWorkloads: ['app', 'outsider'] }) },
    }),
    forge,
    faults,
    exercises,
    state: endingExercises(state, exercises),
    inspect: fabricInspection({ fabric: { call }, resources: state.resources }),
    azure,
    whoMay: fabricWhoMay({ fabric: { call }, state }),
    workloads: {
      ...fakeWorkloads('app', 'dies', ...Object.keys(RUN_FAILURES)),
      source: async (name: string) => {
        if (RUN_FAILURES[name]) throw RUN_FAILURES[name];
        return fakeWorkloads().source(name);
      },
      request: async (name: string, asked: RequestBody) => {
        if (RUN_FAILURES[name]) throw RUN_FAILURES[name];
        return fakeWorkloads().request(name, asked);
      },
    },
    runs: {
      run: async (name: string, onProgress: (progress: Progress) => void = () => {}) => {
        if (RUN_FAILURES[name]) throw RUN_FAILURES[name];
        onProgress({ step: 'Read a secret', line: 28, state: 'begun' });
        if (name === 'dies') throw new AzureError({ kind: 'unavailable', code: 'WorkloadUnavailable', message: 'No.' });
        return { machine: 'vm-app01', steps: [], events: [] } as unknown as FlowRun;
      },
    },
  };
  let server: Server;
  beforeAll(async () => {
    server = createServer(pageApp({ allowedHosts: [], lab, log: silentLog })).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    exercises.close();
    await lab.streams.close();
    server.close();
  });
  afterEach(() => {
    fabric.answers = {};
    fabric.called = [];
    fabric.headers = [];
    fabric.absent.clear();
    fabric.has.clear();
    fake.down.clear();
  });

  const port = () => (server.address() as AddressInfo).port;
  const open = (method: string, path: string, headers: Headers = {}, body?: string) =>
    request({
      host: '127.0.0.1',
      port: port(),
      method,
      path,
      headers: { host: `localhost:${port()}`, ...headers },
      agent: false,
    })
      .on('error', () => {})
      .end(body);
  const ask = async (method: string, path: string, headers: Headers = {}, body?: string) => {
    const [res] = await once(open(method, path, headers, body), 'response');
    let text = '';
    for await (const chunk of res) text += chunk;
    const isJson = /json/.test(res.headers['content-type'] ?? '') && text !== '';
    const answer = { status: res.statusCode as number, headers: res.headers as Record<string, string>, text };
    return { ...answer, json: isJson ? JSON.parse(text) : undefined };
  };
  return {
    lab,
    fake,
    fabric,
    open,
    ask,
    get: (path: string, headers: Headers = bearer) => ask('GET', `/lab/v1${path}`, headers),
    post: (path: string, headers: Headers = bearer, body?: string) => ask('POST', `/lab/v1${path}`, headers, body),
    /** What a browser sends with a request of the page itself. */
    fromPage: () => ({ origin: `http://localhost:${port()}`, 'sec-fetch-site': 'same-origin' }),
    /** The cookie of a page that was loaded just now. */
    session: async (): Promise<string> => String((await ask('GET', '/')).headers['set-cookie']).split(';')[0] ?? '',
  };
}

/** Why a run fails, by the name of a workload that is there for it. */
export const RUN_FAILURES: Readonly<Record<string, AzureError>> = {
  busy: new AzureError({ kind: 'conflict', code: 'RunInProgress', message: 'No.' }),
  many: new AzureError({ kind: 'throttled', code: 'TooManyRuns', message: 'No.' }),
  down: new AzureError({ kind: 'unavailable', code: 'WorkloadUnavailable', message: 'No.' }),
};
