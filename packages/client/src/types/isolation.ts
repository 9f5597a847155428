/** Who is on which network, as declared, and who reaches what, as tried. */
import type { Workload } from './workloads.ts';

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
    /** The profile with which it is started. Absent: it always is. */
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

/** What a source tries to reach. */
export type IsolationTarget = {
  readonly id: string;
  /** Where it stands in the map: what gives out identities, Azure's services without and with a token, what lies behind. */
  readonly group: 'identity' | 'open' | 'token' | 'fabric' | 'page' | 'outside';
  /** The service that would answer. */
  readonly part: string;
  /** On which it is meant to be reached. */
  readonly network: string;
  /** What is asked there. Absent: nothing is sent, and only the source's table of routes is looked at. */
  readonly asked?: string | undefined;
  /** The source gets a token of its own for this audience, and presents it. Absent: it presents none. */
  readonly audience?: string | undefined;
};

/** What came of it when a source tried to reach a target. */
export type IsolationCell = {
  /** Name of the workload. */
  readonly source: string;
  /** Id of the target. */
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
  /** The line of docker-compose.yml that causes it. */
  readonly line?: number | undefined;
  /** The last line that does, where more than one does. */
  readonly lastLine?: number | undefined;
};
