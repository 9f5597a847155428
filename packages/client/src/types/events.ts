/** Events: what happened at the services of the lab, one for each request that one of them handled. */

/** Which events somebody wants to see; what is absent narrows nothing. */
export type EventFilter = {
  readonly service?: string;
  /** Name of the machine that sent the request, or that its token was issued to. */
  readonly workload?: string;
  /** `uti` of the token: the same at every hop. */
  readonly uti?: string;
  /** The id that the client gave its request. */
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
  /** By the time at which they began, though those of one service stay in its own order, which is that of their ends. */
  readonly events: readonly FlowEvent[];
  /** `since` of the next question, which goes on after this page. */
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
  /** 499, as nginx has it, where the connection ended before the answer began. */
  readonly status: number;
  /** The id that the client gave its request. */
  readonly clientRequestId?: string | undefined;
  /** Azure's name of the operation: `GetSecret`, `IssueToken`. */
  readonly operation?: string | undefined;
  /** Name of the virtual machine that asked, or that the token was issued to, where the service knows it. */
  readonly virtualMachine?: string | undefined;
  /** Name of the function app, likewise. */
  readonly site?: string | undefined;
  /** Who sent the request: the machine that has its address, or a service of the lab. */
  readonly caller?: string | undefined;
  /** What the lab API calls that machine: `app`. */
  readonly workload?: string | undefined;
  readonly principalId?: string | undefined;
  readonly clientId?: string | undefined;
  /** What the token is for. */
  readonly audience?: string | undefined;
  /** `uti` of the token: the same at every hop. */
  readonly tokenId?: string | undefined;
  /** In the order made; the last one is the one that refused, if any did. */
  readonly checks?: readonly EventCheck[] | undefined;
  /** The access decision; of several, the one that refused, or the first. */
  readonly decision?: EventDecision | undefined;
  /** The other decisions of a request that needed several. */
  readonly furtherDecisions?: readonly EventDecision[] | undefined;
  /** Code of the error that was answered, and its text. */
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
  /** Id of the fault that hit the request. */
  readonly fault?: string | undefined;
  /** One sentence for what nothing else here can say. */
  readonly note?: string | undefined;
  /** As the client sent it: https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent?: string | undefined;
  /** Headers and parameters that say why it went as it did. Credentials are named, and not shown. */
  readonly request?:
    | {
        readonly headers: Readonly<Record<string, string>>;
        readonly query?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  readonly response?: { readonly headers: Readonly<Record<string, string>> } | undefined;
  /** The token that was presented, without its signature. */
  readonly token?: ShownToken | undefined;
  /** The token that was given out, likewise. */
  readonly issued?: ShownToken | undefined;
  /** Id of the flow that it is a part of, as far as is known by now. */
  readonly flow?: string | undefined;
};

/** What a token says, decoded and not verified. */
export type ShownToken = {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
};

/** One check that a service made, of the request or of its token. */
export type EventCheck = {
  readonly check: string;
  readonly outcome: 'passed' | 'failed';
  /** Why it refused. */
  readonly reason?: string | undefined;
};

/** An access decision: what was asked for, and what each role assignment, deny assignment or access policy had to say. */
export type EventDecision = {
  readonly operation: string;
  readonly resourceId: string;
  /** `assignmentId` of what grants it; null: nothing does. */
  readonly grantedBy: string | null;
  readonly considered: readonly {
    readonly assignmentId: string;
    readonly roleName: string;
    readonly scope: string;
    readonly verdict: string;
    /** The one that was not met. */
    readonly condition?: string | undefined;
  }[];
  /** How many more were considered, which say less; absent where all of them are told. */
  readonly leftOut?: number | undefined;
};
