/** The state of the lab: whether it is ready, what exists in it, its time and its keys, and what came of changing them. */

/** The lab is ready when every part is. */
export type LabHealth = { readonly ready: boolean; readonly parts: readonly LabPart[] };

export type LabPart = {
  readonly name: string;
  readonly kind: 'service' | 'workload' | 'portal';
  /** What it plays, in Azure's words. */
  readonly plays: string;
  /** The URL at which it is, or in words who leads there. */
  readonly reachedAs: string;
  readonly ready: boolean;
  /** What there is to say of that, such as why it is not. */
  readonly detail?: string | undefined;
};

/** Something that exists in the lab, without the value of any secret. What else it has depends on its kind. */
export type Resource = { readonly kind: string; readonly id: string } & Readonly<Record<string, unknown>>;

/** What came of a partial lab file. */
export type Applied = {
  readonly added: number;
  readonly changed: number;
  /** Those that the file names, as they are now. */
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

/** A state of the lab that can be gone back to. */
export type Snapshot = { readonly name: string; readonly takenAt: string };

/** The time of all services of the lab, in epoch seconds as in tokens. TLS and programs keep the system's. */
export type ClockState = {
  readonly now: number;
  /** How far it is ahead of the system's clock, or will be when it goes on. */
  readonly offsetSeconds: number;
  /** Where it was held, and stands since; null while it runs. */
  readonly heldAt: number | null;
  /** Workloads that were restarted when it was moved, because SDKs keep tokens by the system's time. */
  readonly restartedWorkloads?: readonly string[] | undefined;
  /** Workloads that are there and did not restart: programs there may go on with what they hold. */
  readonly stuckWorkloads?: readonly string[] | undefined;
};

/** Key ids of Entra's token signing: the key that signs from here on, and the one after it. */
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
