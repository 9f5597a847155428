/** Faults: what is set to go wrong at a service, and which wrongs it can have. */

/** A service that can be broken, and that has events. */
export type LabService = 'imds' | 'appservice' | 'entra' | 'keyvault' | 'blob' | 'arm';

/** What a service does wrong, to whom, and for how long. Without `times` and `seconds`: until it is removed. */
export type FaultRequest = {
  readonly service: LabService;
  /** As events name it: `GetSecret`, `IssueToken`. Absent: every request to the service. */
  readonly operation?: string;
  /** Name of a virtual machine or function app, principal id or client id. Absent: everybody. */
  readonly caller?: string;
  /** How many requests it hits. */
  readonly times?: number;
  /** How long it lasts, by the system's time: moving the lab's clock does not end it. */
  readonly seconds?: number;
  readonly effect: FaultEffect;
};

/** What becomes of a request that is hit. At least one of them is required; `cut` goes with `delayMs` alone. */
export type FaultEffect = {
  /** The answer, or the cut, comes this much later. */
  readonly delayMs?: number;
  /** Answers with it, in the service's own error format. One that `FaultKinds` lists, or with `contentType` any error. */
  readonly status?: number;
  /** The header `Retry-After`, with `status`. Absent: as the service sends it with this status; null: none. */
  readonly retryAfterSeconds?: number | null;
  /** Ends the connection without an answer. */
  readonly cut?: true;
  /** Promises the whole body, sends half of it, and ends the connection. */
  readonly halfBody?: true;
  /** Answers in the service's place, as a captive portal would: with `status`, or 200, and a body of this type. */
  readonly contentType?: string;
};

/** A fault that was set. */
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
    /** What it sends as `Retry-After` with this status by itself. Absent: nothing. */
    readonly retryAfterSeconds?: number;
  }[];
};
