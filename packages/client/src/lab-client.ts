import { streamEvents } from './event-stream.ts';
import { ask, askFor, tell } from './requests.ts';
import type { AccessQuestion, AzureAnswer, AzureRequest, PrincipalAccess } from './types/azure.ts';
import type { EventFilter, EventPage, EventQuery, FlowEvent } from './types/events.ts';
import type {
  CheckedExercise,
  ExerciseId,
  ExerciseList,
  QuizAnswer,
  QuizList,
  StartedExercise,
} from './types/exercises.ts';
import type { Fault, FaultKinds, FaultRequest } from './types/faults.ts';
import type { Flow, FlowQuery, FlowSummary } from './types/flows.ts';
import type { IsolationMap, Topology } from './types/isolation.ts';
import type {
  Applied,
  ClockState,
  LabHealth,
  Reset,
  Resource,
  RotatedCertificates,
  SigningKeys,
  Snapshot,
} from './types/lab-state.ts';
import type { Participant, Session } from './types/participants.ts';
import type { Flaw, ForgedToken, ForgeRequest, TokenInspection } from './types/tokens.ts';
import type { LabRequest, LabResponse, ProgramSource, RunProgress, Workload, WorkloadRun } from './types/workloads.ts';
import { watchRun } from './watch-run.ts';

export type LabClientOptions = {
  /** Where the lab's page is: `http://localhost:8080`. */
  readonly url: string;
  /** What `npm run lab -- token` shows. */
  readonly token: string;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch | undefined;
};

/** The lab API. Every method throws a `LabApiError` where the API refuses. */
export type LabClient = {
  health(): Promise<LabHealth>;
  /** The machines on which the sample program runs, those of profiles too. */
  workloads(): Promise<Workload[]>;
  /** Runs the sample program on a machine, such as `app` or `outsider`. */
  run(workload: string, watch?: { readonly onProgress?: (progress: RunProgress) => void }): Promise<WorkloadRun>;
  /** The program that it runs there. */
  source(workload: string): Promise<ProgramSource>;
  /** Who is on which network. */
  topology(): Promise<Topology>;
  readonly isolation: {
    read(): Promise<IsolationMap>;
    /** Lets machines try to reach targets, for real. Absent: all of them. */
    probe(wish?: { readonly sources?: readonly string[]; readonly targets?: readonly string[] }): Promise<IsolationMap>;
  };
  /** Lets a machine send a request to one of the lab's own names. */
  request(workload: string, request: LabRequest): Promise<LabResponse>;
  readonly faults: {
    add(fault: FaultRequest): Promise<Fault>;
    list(): Promise<Fault[]>;
    /** What faults each service can have, of those that are there. */
    kinds(): Promise<FaultKinds[]>;
    remove(id: string): Promise<void>;
    /** Removes all of them. */
    clear(): Promise<void>;
  };
  readonly clock: {
    read(): Promise<ClockState>;
    forward(seconds: number): Promise<ClockState>;
    /** It stands still until it is released. */
    hold(): Promise<ClockState>;
    release(): Promise<ClockState>;
  };
  readonly tokens: {
    forge(request: ForgeRequest): Promise<ForgedToken>;
    flaws(): Promise<Flaw[]>;
    /** What is in a token of the lab, and what each service would say to it. It is used for nothing. */
    inspect(token: string): Promise<TokenInspection>;
  };
  readonly events: {
    list(query?: EventQuery): Promise<EventPage>;
    /** Without an end: it resumes by itself where a connection breaks. Leave the loop, or abort the signal. */
    stream(filter?: EventFilter, options?: { readonly signal?: AbortSignal }): AsyncIterableIterator<FlowEvent>;
  };
  readonly flows: {
    /** Newest first: each is all requests that one wish of a client led to. */
    list(query?: FlowQuery): Promise<FlowSummary[]>;
    /** Step by step. @param id Of the flow, or of any event of it. */
    get(id: string): Promise<Flow>;
    /** As a sequence diagram of Mermaid. */
    mermaid(id: string): Promise<string>;
  };
  readonly state: {
    /** What exists, of one kind or of all. */
    resources(kind?: string): Promise<Resource[]>;
    /** A partial lab.yaml, as an object or as YAML. Adds and changes, removes nothing. */
    apply(partialLab: object | string): Promise<Applied>;
    /** Everything as `lab.yaml` says it. */
    reset(): Promise<Reset>;
  };
  readonly snapshots: {
    list(): Promise<Snapshot[]>;
    /** Of everything but faults, under a name; one of the same name is replaced. */
    take(name: string): Promise<Snapshot>;
    restore(name: string): Promise<Reset>;
    remove(name: string): Promise<void>;
  };
  /** Who shares the lab. */
  readonly participants: {
    list(): Promise<Participant[]>;
    /** A place for somebody, at a machine that is nobody's; or the one that they have. */
    add(name: string): Promise<Participant>;
    /** Their resource group as it was at first. */
    reset(name: string): Promise<{ readonly durationMs: number }>;
    remove(name: string): Promise<void>;
  };
  /** Pages sign in; who presents the token is the trainer. */
  readonly session: { read(): Promise<Session> };
  readonly exercises: {
    list(): Promise<ExerciseList>;
    /** Resets the lab, and prepares it. Ends the one that was started before. */
    start(id: ExerciseId): Promise<StartedExercise>;
    check(id: ExerciseId, answers?: Readonly<Record<string, string>>): Promise<CheckedExercise>;
    /** Forgets that it was done, and resets the lab where it was the one that is being worked on. */
    reset(id: ExerciseId): Promise<void>;
  };
  readonly quiz: {
    list(): Promise<QuizList>;
    /** Runs the sample program where no flow answers the question yet. */
    answer(question: string, choice: string): Promise<QuizAnswer>;
  };
  readonly signingKeys: { rotate(): Promise<SigningKeys> };
  readonly azure: {
    /** A request to Resource Manager or Graph as the operator. Gives refusals of theirs as answers. */
    ask(request: AzureRequest): Promise<AzureAnswer>;
    /** Who may do something, those first who may. */
    access(question: AccessQuestion): Promise<PrincipalAccess[]>;
  };
  readonly identities: { rotateCertificates(clientId: string): Promise<RotatedCertificates> };
};

/** A client for the lab at a URL. Connects to nothing before it is asked. */
export function labClient({ url, token, fetch = globalThis.fetch }: LabClientOptions): LabClient {
  const connection = { url, token, fetch };
  const get = <Answer>(path: string, query?: EventQuery | FlowQuery | AccessQuestion | ByKind) =>
    askFor<Answer>(connection, 'GET', path, { query });
  const post = <Answer>(path: string, body: object = {}) => askFor<Answer>(connection, 'POST', path, { body });
  const setClock = (body: object) => askFor<ClockState>(connection, 'PUT', '/clock', { body });
  return {
    health: () => get('/health'),
    workloads: async () => (await get<{ workloads: Workload[] }>('/workloads')).workloads,
    run: (workload, { onProgress } = {}) => {
      const path = `/workloads/${encodeURIComponent(workload)}/run`;
      return onProgress ? watchRun(connection, path, onProgress) : post(path);
    },
    source: (workload) => get(`/workloads/${encodeURIComponent(workload)}/source`),
    topology: () => get('/topology'),
    isolation: {
      read: () => get('/isolation'),
      probe: (wish = {}) => post('/isolation/probes', wish),
    },
    request: (workload, request) => post(`/workloads/${encodeURIComponent(workload)}/requests`, request),
    faults: {
      add: (fault) => post('/faults', fault),
      list: async () => (await get<{ faults: Fault[] }>('/faults')).faults,
      kinds: async () => (await get<{ kinds: FaultKinds[] }>('/faults/kinds')).kinds,
      remove: (id) => tell(connection, 'DELETE', `/faults/${encodeURIComponent(id)}`),
      clear: () => tell(connection, 'DELETE', '/faults'),
    },
    clock: {
      read: () => get('/clock'),
      forward: (forwardSeconds) => setClock({ forwardSeconds }),
      hold: () => setClock({ hold: true }),
      release: () => setClock({ hold: false }),
    },
    tokens: {
      forge: (request) => post('/tokens', request),
      flaws: async () => (await get<{ flaws: Flaw[] }>('/tokens/flaws')).flaws,
      inspect: (token) => post('/tokens/inspect', { token }),
    },
    events: {
      list: (query) => get('/events', query),
      stream: (filter, options) => streamEvents(connection, filter, options),
    },
    flows: {
      list: async (query) => (await get<{ flows: FlowSummary[] }>('/flows', query)).flows,
      get: (id) => get(`/flows/${encodeURIComponent(id)}`),
      mermaid: async (id) => (await ask(connection, 'GET', `/flows/${encodeURIComponent(id)}/mermaid`)).text(),
    },
    state: {
      resources: async (kind) => (await get<{ resources: Resource[] }>('/resources', { kind })).resources,
      apply: (partialLab) => askFor(connection, 'PATCH', '/lab', { body: partialLab }),
      reset: () => post('/reset'),
    },
    snapshots: {
      list: async () => (await get<{ snapshots: Snapshot[] }>('/snapshots')).snapshots,
      take: (name) => askFor(connection, 'PUT', snapshotPath(name)),
      restore: (name) => post(`${snapshotPath(name)}/restore`),
      remove: (name) => tell(connection, 'DELETE', snapshotPath(name)),
    },
    participants: {
      list: async () => (await get<{ participants: Participant[] }>('/participants')).participants,
      add: (name) => askFor(connection, 'PUT', participantPath(name), { body: {} }),
      reset: (name) => post(`${participantPath(name)}/reset`),
      remove: (name) => tell(connection, 'DELETE', participantPath(name)),
    },
    session: { read: () => get('/session') },
    exercises: {
      list: () => get('/exercises'),
      start: (id) => post(`${exercisePath(id)}/start`),
      check: (id, answers) => post(`${exercisePath(id)}/check`, answers ? { answers } : {}),
      reset: (id) => tell(connection, 'DELETE', exercisePath(id)),
    },
    quiz: {
      list: () => get('/quiz'),
      answer: (question, choice) => post(`/quiz/${encodeURIComponent(question)}/answer`, { choice }),
    },
    signingKeys: { rotate: () => post('/signing-keys/rotate') },
    azure: {
      ask: (request) => post('/azure', request),
      access: async (question) => (await get<{ principals: PrincipalAccess[] }>('/access', question)).principals,
    },
    identities: {
      rotateCertificates: (clientId) => post(`/identities/${encodeURIComponent(clientId)}/certificates/rotate`),
    },
  };
}

type ByKind = { readonly kind?: string | undefined };

const exercisePath = (id: string): string => `/exercises/${encodeURIComponent(id)}`;

const participantPath = (name: string): string => `/participants/${encodeURIComponent(name)}`;

const snapshotPath = (name: string): string => `/snapshots/${encodeURIComponent(name)}`;
