import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FlowEvent as ServedEvent } from '@lab/shared/events.ts';
import type {
  Fault as ServedFault,
  FaultKinds as ServedFaultKinds,
  FaultRequest as ServedFaultRequest,
} from '@lab/shared/faults/fault.ts';
import type { Step as ServedStep, FlowSummary as ServedSummary } from '@lab/shared/flows/index.ts';
import type { FlawName as ServedFlawName } from '@lab/shared/forge/flaws.ts';
import type { ForgeRequest as ServedForgeRequest } from '@lab/shared/forge/forge-request.ts';
import { silentLog } from '@lab/shared/log.ts';
import {
  type Applied,
  type AzureAnswer,
  type AzureRequest,
  type CheckedExercise,
  type ClockState,
  type EventQuery,
  type ExerciseList,
  type Fault,
  type FaultKinds,
  type FaultRequest,
  type FlawName,
  type FlowEvent,
  type FlowStep,
  type FlowSummary,
  type ForgedToken,
  type ForgeRequest,
  type IsolationMap,
  LabApiError,
  type LabClient,
  type LabHealth,
  type LabRequest,
  type LabResponse,
  labClient,
  type Participant,
  type PrincipalAccess,
  type ProgramSource,
  type QuizAnswer,
  type QuizList,
  type Reset,
  type Resource,
  type RotatedCertificates,
  type RunProgress,
  type Session,
  type SigningKeys,
  type Snapshot,
  type StartedExercise,
  type TokenInspection,
  type Topology,
  type Workload,
  type WorkloadRun,
} from '@managed-identity-lab/client';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { pageApp } from './apps.ts';
import type { AzureAnswer as ServedAnswer, AzureRequest as ServedRequest } from './domain/azure.ts';
import type { SessionBody } from './domain/caller.ts';
import type { ClockState as ServedClockState } from './domain/clock.ts';
import type {
  Checked as ServedCheck,
  ExerciseList as ServedExercises,
  Started as ServedStart,
} from './domain/exercise-bodies.ts';
import type { FlowRun } from './domain/flow-runs.ts';
import type { ForgedToken as ServedToken } from './domain/forge.ts';
import type { IsolationMap as ServedMap } from './domain/isolation/isolation.ts';
import type { LabHealth as AskHealth } from './domain/lab-health.ts';
import type { RequestBody, ResponseBody } from './domain/lab-requests.ts';
import type { AppliedPatch, LabResource, NewLife, SnapshotBody } from './domain/lab-state.ts';
import type { ParticipantBody } from './domain/participants.ts';
import type { RotatedSigningKeys, RotatedCertificates as ServedCertificates } from './domain/rotations.ts';
import type { InspectToken } from './domain/token-inspection.ts';
import type { Topology as ServedTopology } from './domain/topology.ts';
import type { PrincipalAccess as ServedAccess } from './domain/who-may.ts';
import type {
  Progress as ServedProgress,
  ProgramSource as ServedSource,
  Workload as ServedWorkload,
} from './domain/workloads.ts';
import type { QuizList as ServedQuiz, QuizAnswer as ServedQuizAnswer } from './quiz/quiz.ts';
import { apiOperations } from './routes/api.ts';
import { fakeServices, fakeWorkloads, idleLab, TOKEN } from './testing/fake-lab.ts';

const FAULT = 'keyvault-1';
const EXERCISE = 'first-token';
const FLOW = 'imds-1-mjuo0000';
const QUESTION = 'who-signs';
const ID = 'b0ca1b0a-29b4-5a8e-8e1a-000000000001';

/** What is for pages and for tools: a program presents the token. */
const ONLY_PAGES = ['get /openapi.json', 'post /session', 'delete /session'];

/** Every method of the client once. */
const CALLS: Record<string, (client: LabClient) => Promise<unknown>> = {
  health: (client) => client.health(),
  run: (client) => client.run('app'),
  workloads: (client) => client.workloads(),
  source: (client) => client.source('app'),
  'run, watched': (client) => client.run('app', { onProgress: () => {} }),
  request: (client) => client.request('app', { method: 'GET', url: 'http://169.254.169.254/metadata/instance' }),
  'events.list': (client) => client.events.list({ service: 'imds', outcome: 'failed', limit: 5 }),
  'flows.list': (client) => client.flows.list({ workload: 'app', limit: 5 }),
  'flows.get': (client) => client.flows.get(FLOW),
  'flows.mermaid': (client) => client.flows.mermaid(FLOW),
  'signingKeys.rotate': (client) => client.signingKeys.rotate(),
  'identities.rotateCertificates': (client) => client.identities.rotateCertificates(ID),
  'participants.list': (client) => client.participants.list(),
  'participants.add': (client) => client.participants.add('ana'),
  'participants.reset': (client) => client.participants.reset('ana'),
  'participants.remove': (client) => client.participants.remove('ana'),
  'session.read': (client) => client.session.read(),
  'clock.read': (client) => client.clock.read(),
  'clock.forward': (client) => client.clock.forward(60),
  'clock.hold': (client) => client.clock.hold(),
  'clock.release': (client) => client.clock.release(),
  'tokens.forge': (client) =>
    client.tokens.forge({ principal: 'vm-app01', audience: 'https://vault.azure.net', flaw: 'alg-none' }),
  'tokens.flaws': (client) => client.tokens.flaws(),
  'tokens.inspect': (client) => client.tokens.inspect('e30.e30.'),
  'faults.add': (client) => client.faults.add({ service: 'keyvault', times: 2, effect: { status: 503 } }),
  'faults.list': (client) => client.faults.list(),
  'faults.kinds': (client) => client.faults.kinds(),
  'faults.remove': (client) => client.faults.remove(FAULT),
  'faults.clear': (client) => client.faults.clear(),
  'state.resources': (client) => client.state.resources('vault'),
  'state.apply': (client) => client.state.apply({ tenants: [] }),
  'state.apply as YAML': (client) => client.state.apply('tenants: []\n'),
  'state.reset': (client) => client.state.reset(),
  'azure.ask': (client) => client.azure.ask({ method: 'GET', path: '/subscriptions?api-version=2022-12-01' }),
  'azure.access': (client) => client.azure.access({ resourceId: '/subscriptions/x', dataAction: 'a' }),
  'snapshots.list': (client) => client.snapshots.list(),
  'snapshots.take': (client) => client.snapshots.take('before'),
  'snapshots.restore': (client) => client.snapshots.restore('before'),
  'snapshots.remove': (client) => client.snapshots.remove('before'),
  topology: (client) => client.topology(),
  'isolation.read': (client) => client.isolation.read(),
  'isolation.probe': (client) => client.isolation.probe({ sources: ['app'] }),
  'exercises.list': (client) => client.exercises.list(),
  'exercises.start': (client) => client.exercises.start(EXERCISE),
  'exercises.check': (client) => client.exercises.check(EXERCISE, { principalId: ID }),
  'exercises.reset': (client) => client.exercises.reset(EXERCISE),
  'quiz.list': (client) => client.quiz.list(),
  'quiz.answer': (client) => client.quiz.answer(QUESTION, 'entra'),
};

const fake = fakeServices();
const lab = {
  ...idleLab(fake.services),
  workloads: fakeWorkloads('app'),
  runs: { run: async () => ({ machine: 'vm-app01' }) as FlowRun },
};
let server: Server;
let url: string;
const asked: string[] = [];
beforeAll(async () => {
  server = createServer(pageApp({ allowedHosts: [], lab, log: silentLog })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await lab.streams.close();
  server.close();
});

/** The client that people install; it also writes down what it asks for, by the paths of the description. */
const client = (token = TOKEN) =>
  labClient({
    url,
    token,
    fetch: (input, init) => {
      const path = new URL(String(input)).pathname.replace('/lab/v1', '');
      asked.push(
        `${init?.method?.toLowerCase()} ${path.replace(ID, '{clientId}').replace('/app/', '/{name}/').replace('/before', '/{name}').replace(FAULT, '{id}').replace(EXERCISE, '{id}').replace(FLOW, '{id}').replace(QUESTION, '{question}').replace('/ana', '/{name}')}`,
      );
      return fetch(input, init);
    },
  });

describe('the typed client', () => {
  it.each(Object.entries(CALLS))(
    'asks with %s for what the lab API has, in the form that it takes',
    async (_, call) => {
      const code = await call(client()).then(
        () => 'done',
        (refusal) => (refusal instanceof LabApiError ? refusal.code : refusal),
      );
      // What is behind the lab API is not there, and nothing else is missing.
      expect([
        'done',
        'ServiceUnavailable',
        'FaultNotFound',
        'FlowNotFound',
        'NotIsolated',
        'SnapshotNotFound',
        'ExerciseNotStarted',
      ]).toContain(code);
    },
  );

  it('tells what happens, and goes on after a connection that broke', async () => {
    const stopped = new AbortController();
    const paths: string[] = [];
    const reading = (async () => {
      for await (const { path } of client().events.stream({ service: 'blob' }, { signal: stopped.signal })) {
        paths.push(path);
        server.closeAllConnections();
      }
    })();
    // A stream tells what happens after it began, and a broken one what happened since it was broken.
    await expect.poll(() => again('/one')).toBe('/one');
    await expect.poll(() => again('/two')).toBe('/two');
    stopped.abort();
    await reading;
    function again(path: string) {
      if (paths.at(-1) !== path) fake.happened('blob', { path });
      return paths.at(-1);
    }
  });

  it('ends the connection of a stream when its reader leaves it', async () => {
    const closed = once(server, 'request').then(([, res]) => once(res, 'close'));
    let left = false;
    const reading = (async () => {
      for await (const _ of client().events.stream()) break;
      left = true;
    })();
    await expect
      .poll(() => {
        fake.happened('imds');
        return left;
      })
      .toBe(true);
    await Promise.all([reading, closed]);
  });

  it('does not try again where its token is refused', async () => {
    await expect(client('wrong').events.stream().next()).rejects.toMatchObject({
      status: 401,
      code: 'Unauthenticated',
    });
  });

  it('has a method for every operation of the lab API', () => {
    const operations = apiOperations(lab).map(({ method, path }) => `${method} ${path}`);
    const without = operations.filter((operation) => !ONLY_PAGES.includes(operation) && !asked.includes(operation));
    expect(without).toEqual([]);
  });

  it('takes and gives what the schemas of the lab API say', () => {
    expectTypeOf<Mutable<ForgeRequest>>().toExtend<ServedForgeRequest>();
    expectTypeOf<keyof ForgeRequest>().toEqualTypeOf<Exclude<keyof ServedForgeRequest, 'principalId'>>();
    expectTypeOf<Mutable<FaultRequest>>().toExtend<ServedFaultRequest>();
    expectTypeOf<ServedFaultRequest>().toExtend<Mutable<FaultRequest>>();
    expectTypeOf<ServedFault>().toExtend<Fault>();
    expectTypeOf<keyof ServedFault>().toEqualTypeOf<keyof Fault>();
    expectTypeOf<ServedFaultKinds>().toEqualTypeOf<Mutable<FaultKinds>>();
    expectTypeOf<FlawName>().toEqualTypeOf<ServedFlawName>();
    expectTypeOf<EventQuery>().toExtend<{ service?: string; workload?: string; uti?: string; limit?: number }>();
    expectTypeOf<z.infer<typeof ServedToken>>().toExtend<ForgedToken>();
    expectTypeOf<Awaited<ReturnType<InspectToken>>>().toExtend<TokenInspection>();
    expectTypeOf<Awaited<ReturnType<AskHealth>>>().toExtend<LabHealth>();
    expectTypeOf<ParticipantBody>().toExtend<Participant>();
    expectTypeOf<keyof ParticipantBody>().toEqualTypeOf<keyof Participant>();
    expectTypeOf<SessionBody>().toExtend<Session>();
    expectTypeOf<FlowRun>().toExtend<WorkloadRun>();
    expectTypeOf<ServedProgress>().toExtend<RunProgress>();
    expectTypeOf<ServedSource>().toExtend<ProgramSource>();
    expectTypeOf<RequestBody>().toExtend<LabRequest>();
    expectTypeOf<keyof RequestBody>().toEqualTypeOf<keyof LabRequest>();
    expectTypeOf<ResponseBody>().toExtend<LabResponse>();
    expectTypeOf<ServedWorkload>().toEqualTypeOf<Mutable<Workload>>();
    expectTypeOf<ServedEvent>().toExtend<FlowEvent>();
    expectTypeOf<keyof ServedEvent>().toEqualTypeOf<keyof FlowEvent>();
    expectTypeOf<ServedSummary>().toExtend<FlowSummary>();
    expectTypeOf<ServedStep>().toExtend<FlowStep>();
    expectTypeOf<keyof ServedStep>().toEqualTypeOf<keyof FlowStep>();
    expectTypeOf<ServedClockState>().toExtend<ClockState>();
    expectTypeOf<keyof ServedClockState>().toEqualTypeOf<keyof ClockState>();
    expectTypeOf<z.infer<typeof AppliedPatch>>().toExtend<Applied>();
    expectTypeOf<NewLife>().toExtend<Reset>();
    expectTypeOf<keyof NewLife>().toEqualTypeOf<keyof Reset>();
    expectTypeOf<z.infer<typeof SnapshotBody>>().toExtend<Snapshot>();
    expectTypeOf<z.infer<typeof LabResource>>().toExtend<Resource>();
    expectTypeOf<ServedTopology>().toExtend<Topology>();
    expectTypeOf<keyof ServedTopology>().toEqualTypeOf<keyof Topology>();
    expectTypeOf<ServedMap>().toExtend<IsolationMap>();
    expectTypeOf<keyof ServedMap['cells'][number]>().toEqualTypeOf<keyof IsolationMap['cells'][number]>();
    expectTypeOf<keyof ServedMap['targets'][number]>().toEqualTypeOf<keyof IsolationMap['targets'][number]>();
    expectTypeOf<z.infer<typeof ServedExercises>>().toExtend<ExerciseList>();
    expectTypeOf<keyof z.infer<typeof ServedExercises>>().toEqualTypeOf<keyof ExerciseList>();
    expectTypeOf<z.infer<typeof ServedStart>>().toEqualTypeOf<Mutable<StartedExercise>>();
    expectTypeOf<z.infer<typeof ServedCheck>>().toEqualTypeOf<Mutable<CheckedExercise>>();
    expectTypeOf<ServedQuiz>().toExtend<QuizList>();
    expectTypeOf<keyof ServedQuiz['questions'][number]>().toEqualTypeOf<keyof QuizList['questions'][number]>();
    expectTypeOf<ServedQuizAnswer>().toEqualTypeOf<Mutable<QuizAnswer>>();
    expectTypeOf<z.infer<typeof RotatedSigningKeys>>().toExtend<SigningKeys>();
    expectTypeOf<Mutable<AzureRequest>>().toExtend<ServedRequest>();
    expectTypeOf<ServedRequest>().toExtend<AzureRequest>();
    expectTypeOf<z.infer<typeof ServedAnswer>>().toExtend<AzureAnswer>();
    expectTypeOf<ServedAccess>().toExtend<PrincipalAccess>();
    expectTypeOf<keyof ServedAccess>().toEqualTypeOf<keyof PrincipalAccess>();
    expectTypeOf<z.infer<typeof ServedCertificates>>().toExtend<RotatedCertificates>();
  });
});

/** Whether a list may be changed is nothing that JSON says. */
type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Mutable<T[Key]> }
    : T;
