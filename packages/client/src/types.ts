/**
 * What the lab API takes and gives. This file imports nothing, so that it is what the package's `.d.ts` says; a test
 * holds it to the schemas that the API checks its requests with.
 */

/** A service that can be broken, and that has events. */
export type LabService = 'imds' | 'appservice' | 'entra' | 'keyvault' | 'blob' | 'arm';

export type LabHealth = { readonly ready: boolean; readonly parts: readonly LabPart[] };

export type LabPart = {
  readonly name: string;
  readonly kind: 'service' | 'workload' | 'portal';
  /** What it plays, in Azure's words. */
  readonly plays: string;
  readonly reachedAs: string;
  readonly ready: boolean;
  readonly detail?: string | undefined;
};

/** A place where the sample program runs, started or not. */
export type Workload = {
  /** As the lab API calls it: `app`. */
  readonly name: string;
  /** Its host name: `vm-app01`. */
  readonly machine: string;
  readonly kind: 'virtualMachine' | 'functionApp' | 'pod' | 'outsider';
  readonly running: boolean;
  /** With which it is started. Absent: it always is. */
  readonly profile?: string | undefined;
};

/** Where a run of the sample program is. */
export type RunProgress = {
  readonly step: string;
  /** Of the source, from 1. */
  readonly line?: number | undefined;
  readonly state: 'begun' | 'succeeded' | 'failed';
};

/** The program that a run runs. */
export type ProgramSource = {
  /** Where it is in the repository. */
  readonly file: string;
  readonly text: string;
  readonly steps: readonly { readonly step: string; readonly line: number; readonly lastLine: number }[];
};

/** What a workload is to send, to one of the lab's own names. */
export type LabRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly url: string;
  /** In the order given; a name may occur more than once. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly body?: string | undefined;
};

/** What came of it; `error` where no answer did. */
export type LabResponse =
  | {
      readonly status: number;
      readonly statusText: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: string;
      /** There was more of it. */
      readonly truncated: boolean;
      readonly durationMs: number;
      readonly remoteAddress?: string | undefined;
    }
  | {
      readonly error: {
        readonly code:
          | 'default-route'
          | 'no-name'
          | 'no-route'
          | 'refused'
          | 'timeout'
          | 'tls'
          | 'cut'
          | 'no-http'
          | 'failed';
        readonly message: string;
      };
      readonly durationMs: number;
    };

/** What the sample program saw on its machine, and the services on the way. */
export type WorkloadRun = {
  readonly workload: string;
  readonly machine: string;
  readonly at: string;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed' | 'timed out';
  readonly steps: readonly WorkloadStep[];
  readonly events: readonly FlowEvent[];
  /** Services that could not be asked for their events. */
  readonly unheard: readonly string[];
};

export type WorkloadStep = {
  readonly step: string;
  readonly asked: string;
  readonly at: string;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed';
  readonly result?: string | undefined;
  readonly error?:
    | {
        readonly name: string;
        readonly code?: string | undefined;
        readonly statusCode?: number | undefined;
        readonly message: string;
      }
    | undefined;
};

/** What a service does wrong, to whom, and for how long. Without `times` and `seconds`: until it is removed. */
export type FaultRequest = {
  readonly service: LabService;
  /** As events name it: `GetSecret`, `IssueToken`. Absent: all of the service. */
  readonly operation?: string;
  /** Name of a virtual machine or workload, principal id or client id. Absent: everybody. */
  readonly caller?: string;
  /** How many requests it hits. */
  readonly times?: number;
  /** How long it lasts, by the system's time: moving the lab's clock does not end it. */
  readonly seconds?: number;
  readonly effect: FaultEffect;
};

/** At least one of them. */
export type FaultEffect = {
  /** Waits this long before anything else happens. */
  readonly delayMs?: number;
  /** Answers with it, in the service's own error format. One that the service really has. */
  readonly status?: number;
  /** The header `Retry-After`. Absent: as the service sends it with this status; null: none. */
  readonly retryAfterSeconds?: number | null;
  /** Ends the connection without an answer. */
  readonly cut?: true;
  /** Promises the whole body, sends half of it, and ends the connection. */
  readonly halfBody?: true;
  /** Answers with another content type, as a captive portal would. */
  readonly contentType?: string;
};

export type Fault = FaultRequest & {
  readonly id: string;
  /** How many requests it will still hit, where `times` was given. */
  readonly remaining?: number;
  /** When it ends, ISO 8601, where `seconds` was given. */
  readonly until?: string;
  /** How many requests it has hit. */
  readonly applied: number;
};

/** What faults a service can have. */
export type FaultKinds = {
  readonly service: LabService;
  /** As events name them. */
  readonly operations: readonly string[];
  readonly statuses: readonly {
    readonly status: number;
    /** The service's own word for it. */
    readonly code: string;
    /** Which it sends with it by itself. */
    readonly retryAfterSeconds?: number;
  }[];
};

/** The time of all services of the lab, in epoch seconds as in tokens. TLS and programs keep the system's. */
export type ClockState = {
  readonly now: number;
  readonly offsetSeconds: number;
  /** Where it was held, and stands since; null while it runs. */
  readonly heldAt: number | null;
  /** Workloads that were restarted when it was moved, because SDKs keep tokens by the system's time. */
  readonly restartedWorkloads?: readonly string[] | undefined;
  /** Workloads that are there and did not restart: programs there may go on with what they hold. */
  readonly stuckWorkloads?: readonly string[] | undefined;
};

/** A good token for a principal and an audience, then changed, then signed, then perhaps changed again. */
export type ForgeRequest = {
  /**
   * Name, object id or client id of a managed identity, an application or the operator. A name that two tenants know:
   * `contoso/operator`.
   */
  readonly principal: string;
  /** The resource, as a client would ask for it: `https://vault.azure.net`. */
  readonly audience: string;
  /** One of the classic wrong ways, by its name: `alg-none`. `flaws()` lists them. */
  readonly flaw?: FlawName;
  /** Seconds from now, by the lab's clock, instead of the usual ones. */
  readonly lifetime?: { readonly notBefore?: number; readonly expires?: number };
  /** Laid over the claims. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly removeClaims?: readonly string[];
  /** Laid over the header. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly removeHeader?: readonly string[];
  readonly signWith?:
    | 'current'
    | 'current-rs512'
    | 'foreign'
    | 'none'
    | 'nothing'
    | 'hmac-public-key'
    | 'embedded-jwk'
    | 'embedded-x5c';
  /** Laid over the claims after signing: a token that was tampered with. */
  readonly tamperedClaims?: Readonly<Record<string, unknown>>;
};

export type ForgedToken = {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
};

/** What is in a token, and what each service would say to it. */
export type TokenInspection = {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** The lab's tenant that it names. */
  readonly tenant?: { readonly tenantId: string; readonly name: string } | undefined;
  readonly signature: {
    readonly kid?: string | undefined;
    /** The key that Entra's JWKS has under this kid. */
    readonly key?: Readonly<Record<string, unknown>> | undefined;
    /** `unknown`: Entra could not be asked. */
    readonly outcome: 'passed' | 'failed' | 'unknown';
    /** The check that failed, of those up to the signature. */
    readonly check?: string | undefined;
    readonly reason?: string | undefined;
  };
  readonly services: readonly TokenReport[];
  /** Services that could not be asked. */
  readonly unheard: readonly string[];
};

export type TokenReport = {
  readonly service: 'keyvault' | 'blob' | 'arm' | 'graph' | 'api';
  /** Name of the vault or the storage account. Absent: there is one for all. */
  readonly resource?: string | undefined;
  /** What a token for it is asked for with. */
  readonly audience: string;
  /** In the order made, up to the one that refuses. */
  readonly checks: readonly EventCheck[];
  /** Whether the token passes every check. A decision comes after that. */
  readonly accepted: boolean;
  /** How the service would answer where it refuses, for the token or for the decision. */
  readonly refusal?:
    | {
        readonly status: number;
        readonly code: string;
        readonly message: string;
        readonly details?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  /** Whether the caller might read there. */
  readonly decision?: EventDecision | undefined;
};

/** A classic way for a token to be wrong. */
export type Flaw = { readonly name: FlawName; readonly description: string };

export type FlawName =
  | 'alg-none'
  | 'alg-none-mixed-case'
  | 'empty-signature'
  | 'hs256-with-public-key'
  | 'other-algorithm'
  | 'foreign-key'
  | 'unknown-kid'
  | 'no-kid'
  | 'path-as-kid'
  | 'jwk-header'
  | 'x5c-header'
  | 'jku-header'
  | 'x5u-header'
  | 'crit-header'
  | 'tampered-payload'
  | 'expired'
  | 'not-yet-valid'
  | 'no-expiry'
  | 'expiry-as-text'
  | 'wrong-issuer'
  | 'no-issuer'
  | 'issuer-of-other-version'
  | 'wrong-tenant'
  | 'other-tenant'
  | 'no-tenant'
  | 'wrong-audience'
  | 'no-audience'
  | 'no-principal';

/** Which events somebody wants to see; what is absent narrows nothing. */
export type EventFilter = {
  readonly service?: string;
  /** Name of the machine that asked. */
  readonly workload?: string;
  /** `uti` of the token: the same at every hop. */
  readonly uti?: string;
  /** Which the client gave its request. */
  readonly clientRequestId?: string;
  /** `failed`: a status of 400 or more. */
  readonly outcome?: 'succeeded' | 'failed';
  /** A cursor: events after it. Absent: all that is remembered, and for a stream those from now on. */
  readonly since?: string;
};

export type EventQuery = EventFilter & {
  /** Events per page: 100 where it is absent, 1000 at most. */
  readonly limit?: number;
};

export type EventPage = {
  /** By time, and of each service in its order. */
  readonly events: readonly FlowEvent[];
  /** Where to ask on from. */
  readonly cursor: string;
  /** Services that could not be asked, such as those of a profile that was not started. */
  readonly unheard: readonly string[];
  /** Services that have forgotten events after the cursor. */
  readonly missed: readonly string[];
};

/** One request at one service, without token, key or the value of a secret. */
export type FlowEvent = {
  /** Counts up at its service. */
  readonly sequence: number;
  readonly service: string;
  /** When it began, ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly remoteAddress: string;
  readonly method: string;
  readonly host: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly clientRequestId?: string | undefined;
  /** Azure's name of the operation: `GetSecret`, `IssueToken`. */
  readonly operation?: string | undefined;
  readonly virtualMachine?: string | undefined;
  readonly site?: string | undefined;
  /** Name of the workload that sent the request, where it is known by its address. */
  readonly caller?: string | undefined;
  /** What the lab API calls that machine: `app`. */
  readonly workload?: string | undefined;
  readonly principalId?: string | undefined;
  readonly clientId?: string | undefined;
  /** What the token is for. */
  readonly audience?: string | undefined;
  /** `uti` of the token. */
  readonly tokenId?: string | undefined;
  /** In the order made; the last one is the one that refused, if any did. */
  readonly checks?: readonly EventCheck[] | undefined;
  /** The access decision: what was asked for, and what each role assignment had to say. */
  readonly decision?: EventDecision | undefined;
  /** The other decisions of a request that needed several. */
  readonly furtherDecisions?: readonly EventDecision[] | undefined;
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  /** Id of the fault that hit the request. */
  readonly fault?: string | undefined;
  readonly note?: string | undefined;
  /** As the client sent it. */
  readonly traceparent?: string | undefined;
  /** Headers and parameters that say why it went as it did. Credentials are named, and not shown. */
  readonly request?:
    | {
        readonly headers: Readonly<Record<string, string>>;
        readonly query?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  readonly response?: { readonly headers: Readonly<Record<string, string>> } | undefined;
  /** The token that was presented, and the one that was given out, without their signatures. */
  readonly token?: ShownToken | undefined;
  readonly issued?: ShownToken | undefined;
  /** Id of the flow that it is a part of, as far as is known by now. */
  readonly flow?: string | undefined;
};

/** What a token says. */
export type ShownToken = {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
};

/** What a client wanted, with every request that it led to, in one line. */
export type FlowSummary = {
  readonly id: string;
  readonly at: string;
  readonly durationMs: number;
  /** The machine whose flow it is, where that is known. */
  readonly workload?: string | undefined;
  readonly services: readonly string[];
  readonly steps: number;
  readonly outcome: StepOutcome;
  /** What its main step says. */
  readonly title: FlowSentence;
};

export type FlowQuery = {
  /** Flows that this machine has a part in. */
  readonly workload?: string;
  /** 50 where it is absent, 500 at most. */
  readonly limit?: number;
};

/** `challenged`: refused as it should be, so that the client hears what is needed. */
export type StepOutcome = 'succeeded' | 'challenged' | 'failed';

/** What happened, as the key of a text of the page and what stands in it. */
export type FlowSentence = { readonly key: string; readonly values: Readonly<Record<string, string>> };

export type Flow = { readonly id: string; readonly steps: readonly FlowStep[] };

export type FlowStep = {
  /** Of the event. */
  readonly id: string;
  /** Counted from one. */
  readonly number: number;
  readonly at: string;
  /** After the beginning of the flow. */
  readonly offsetMs: number;
  readonly durationMs: number;
  /** Who asked: a machine, a service, or `unknown`. */
  readonly source: string;
  /** The service that was asked. */
  readonly target: string;
  readonly outcome: StepOutcome;
  readonly sentence: FlowSentence;
  /** The step because of which it was taken, and during it. */
  readonly parent?: string | undefined;
  readonly event: FlowEvent;
};

export type EventCheck = {
  readonly check: string;
  readonly outcome: 'passed' | 'failed';
  readonly reason?: string | undefined;
};

export type EventDecision = {
  readonly operation: string;
  readonly resourceId: string;
  /** Id of the role assignment that grants it; null: none does. */
  readonly grantedBy: string | null;
  readonly considered: readonly {
    readonly assignmentId: string;
    readonly roleName: string;
    readonly scope: string;
    readonly verdict: string;
    readonly condition?: string | undefined;
  }[];
};

/** Something that exists in the lab, without the value of any secret. */
export type Resource = { readonly kind: string; readonly id: string } & Readonly<Record<string, unknown>>;

/** Somebody who shares the lab. */
export type Participant = {
  readonly name: string;
  /** Host name of the machine that they sit at. */
  readonly machine: string;
  /** What the lab API calls it. */
  readonly workload?: string | undefined;
  readonly running: boolean;
  readonly resourceGroup: string;
  /** With what they sign in: the page's address with `#/room?code=…`. */
  readonly code: string;
  readonly signedIn: boolean;
  /** Exercises that they have done. */
  readonly passed: readonly string[];
};

/** Who asks. */
export type Session = {
  readonly role: 'trainer' | 'participant' | 'none';
  /** Whose place in the lab it is. */
  readonly participant?: string;
};

/** What came of a partial lab file. */
export type Applied = {
  readonly added: number;
  readonly changed: number;
  /** Those that the file names. */
  readonly resources: readonly Resource[];
};

/** What came of a reset, or of going back to a snapshot. */
export type Reset = {
  readonly durationMs: number;
  /** Services that had not taken it over in time, and will. */
  readonly late: readonly string[];
  /** Workloads that were restarted because the clock jumped with it. */
  readonly restartedWorkloads: readonly string[];
  /** Workloads that should have been, and were not. */
  readonly stuckWorkloads?: readonly string[] | undefined;
};

export type Snapshot = { readonly name: string; readonly takenAt: string };

/** Key ids of Entra's token signing. */
export type SigningKeys = { readonly current: string; readonly next: string };

/** The new certificate of an identity on each host that has it. */
export type RotatedCertificates = {
  readonly clientId: string;
  readonly hosts: readonly {
    readonly service: 'imds' | 'appservice';
    /** SHA-256. Absent until Entra has confirmed the new one. */
    readonly thumbprint?: string | undefined;
    /** Epoch seconds. */
    readonly notAfter?: number | undefined;
  }[];
};

/** Who is on which network, and the lines of docker-compose.yml that say so, from 1. */
export type Topology = {
  /** False in the embedded lab: one process, no networks, no lines. */
  readonly isolated: boolean;
  readonly parts: readonly {
    readonly name: string;
    readonly hostname?: string | undefined;
    readonly networks: readonly {
      readonly name: string;
      readonly address?: string | undefined;
      readonly line?: number | undefined;
    }[];
    readonly line?: number | undefined;
    /** With which it is started; absent: it always is. */
    readonly profile?: string | undefined;
  }[];
  readonly networks: readonly { readonly name: string; readonly internal: boolean; readonly line: number }[];
  /** docker-compose.yml, a line each. */
  readonly file: readonly string[];
};

/** Who could try to reach what, and what came of it the last time. */
export type IsolationMap = {
  readonly sources: readonly (Workload & { readonly networks: readonly string[] })[];
  readonly targets: readonly IsolationTarget[];
  /** The newest of each source and target that were probed. */
  readonly cells: readonly IsolationCell[];
  /** Sources whose agents could not be asked just now. */
  readonly unheard: readonly string[];
};

export type IsolationTarget = {
  readonly id: string;
  readonly group: 'identity' | 'open' | 'token' | 'fabric' | 'page' | 'outside';
  /** The service that would answer. */
  readonly part: string;
  /** On which it is meant to be reached. */
  readonly network: string;
  /** Absent: nothing is sent, the table of routes is looked at. */
  readonly asked?: string | undefined;
  /** What the token is for that the source presents, its own. */
  readonly audience?: string | undefined;
};

export type IsolationCell = {
  readonly source: string;
  readonly target: string;
  readonly outcome: 'reached' | 'stopped';
  /** The layer that stopped it (no-route, no-name, refused, timeout, tls, …), or the status of the answer. */
  readonly stoppedBy?: string | undefined;
  readonly status?: number | undefined;
  /** The service's word for its refusal, or the system's. */
  readonly code?: string | undefined;
  readonly durationMs: number;
  /** ISO 8601. */
  readonly at: string;
  /** The key of a sentence; `values` stand in it. */
  readonly reason: string;
  readonly values: Readonly<Record<string, string>>;
  /** Of docker-compose.yml, that causes it, and where it ends if it is more than one. */
  readonly line?: number | undefined;
  readonly lastLine?: number | undefined;
};

/** In the order in which they are done. */
export type ExerciseId =
  | 'first-token'
  | 'claims'
  | 'role'
  | 'audience'
  | 'system-assigned'
  | 'user-assigned'
  | 'ssrf'
  | 'outside'
  | 'stolen-token'
  | 'key-rotation'
  | 'tenants'
  | 'client-secret'
  | 'imds-failing';

export type ExerciseList = {
  readonly exercises: readonly ExerciseState[];
  /** Names of the resources to work with: `machine`, `vault`, … */
  readonly scene: Readonly<Record<string, string>>;
};

export type ExerciseState = {
  readonly id: ExerciseId;
  readonly state: 'new' | 'started' | 'passed';
  /** ISO 8601. It is being worked on, whether it was passed before or not. */
  readonly startedAt?: string | undefined;
  readonly passedAt?: string | undefined;
  /** Machines by name; `isolation`: networks that keep machines apart; `trainer`: the lab to oneself. */
  readonly needs: readonly string[];
  /** What of it is not there for who asks. */
  readonly missing: readonly string[];
  /** Whether all of it is. */
  readonly ready: boolean;
  /** What is to be found out and written down: names of answers. */
  readonly asks: readonly string[];
};

export type StartedExercise = { readonly id: ExerciseId; readonly startedAt: string; readonly durationMs: number };

/** What is done of an exercise, and what is not. */
export type CheckedExercise = {
  readonly passed: boolean;
  readonly findings: readonly {
    readonly id: string;
    readonly passed: boolean;
    readonly values: Readonly<Record<string, string>>;
  }[];
};

/** One request to Azure, as the operator of the lab would send it. */
export type AzureRequest = {
  /** Resource Manager where it is absent, or Microsoft Graph. */
  readonly api?: 'arm' | 'graph' | undefined;
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** With its query: `/subscriptions/…?api-version=…`, `/v1.0/applications`. */
  readonly path: string;
  readonly body?: unknown;
  /** Whose operator asks, by name or id. Absent: the subscription's, otherwise the first tenant's. */
  readonly tenant?: string | undefined;
};

/** What Azure answered, refusals included. */
export type AzureAnswer = {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** What somebody might do: with a data action, such as `Microsoft.KeyVault/vaults/secrets/getSecret/action`, or an action. */
export type AccessQuestion = { readonly resourceId: string } & (
  | { readonly dataAction: string }
  | { readonly action: string }
);

/** Whether a principal may do that, and what each role assignment had to say. */
export type PrincipalAccess = {
  readonly principalId: string;
  readonly clientId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** Empty where nobody knows it. */
  readonly displayName: string;
  readonly kind: 'systemAssigned' | 'userAssigned' | 'application' | 'operator' | 'unknown';
  readonly allowed: boolean;
  /** `otherTenant`: its tokens are refused, whatever roles it has. `unknown`: only role assignments know it. */
  readonly reason: 'granted' | 'notGranted' | 'denied' | 'otherTenant' | 'unknown';
  readonly decision: EventDecision;
};

/** Questions of the quiz by id. Their words are the page's. */
export type QuizList = {
  readonly questions: readonly {
    readonly id: string;
    /** At the end of which exercise it is asked. */
    readonly exercise: ExerciseId;
    readonly choices: readonly string[];
    /** Whether a step of a flow shows the answer. */
    readonly isInFlow: boolean;
    /** What was chosen last. */
    readonly answered?: { readonly choice: string; readonly correct: boolean } | undefined;
  }[];
};

export type QuizAnswer = {
  readonly correct: boolean;
  /** A flow of this lab that answers the question, and which of its steps. Absent: none does. */
  readonly flow?: string | undefined;
  readonly step?: number | undefined;
};
