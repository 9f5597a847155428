/** Workloads: the machines of the lab, the sample program that runs there, and single requests that they send. */
import type { FlowEvent } from './events.ts';

/** A place where the sample program runs, started or not. */
export type Workload = {
  /** As the lab API calls it: `app`. */
  readonly name: string;
  /** Its host name: `vm-app01`. */
  readonly machine: string;
  readonly kind: 'virtualMachine' | 'functionApp' | 'pod' | 'outsider';
  readonly running: boolean;
  /** The profile with which it is started. Absent: it always is. */
  readonly profile?: string | undefined;
};

/** The sample program of a workload. */
export type ProgramSource = {
  /** Where it is in the repository. */
  readonly file: string;
  readonly text: string;
  /** Where each step is in the text: its first and its last line, from 1. */
  readonly steps: readonly { readonly step: string; readonly line: number; readonly lastLine: number }[];
};

/** Where a run of the sample program is: a step that begins there, or has ended. */
export type RunProgress = {
  readonly step: string;
  /** Of the source, from 1. */
  readonly line?: number | undefined;
  readonly state: 'begun' | 'succeeded' | 'failed';
};

/** A run of the sample program: what it saw on its machine, and what the services on the way saw meanwhile. */
export type WorkloadRun = {
  readonly workload: string;
  readonly machine: string;
  /** When it began, ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed' | 'timed out';
  readonly steps: readonly WorkloadStep[];
  /** By time. */
  readonly events: readonly FlowEvent[];
  /** Services that could not be asked for their events. */
  readonly unheard: readonly string[];
};

/** One step of a run: what the program asked for, and what came of it. */
export type WorkloadStep = {
  readonly step: string;
  /** The URL that was asked for. */
  readonly asked: string;
  /** When it began, ISO 8601, UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly outcome: 'succeeded' | 'failed';
  readonly result?: string | undefined;
  /** What was thrown, as the SDK says it. */
  readonly error?:
    | {
        readonly name: string;
        readonly code?: string | undefined;
        readonly statusCode?: number | undefined;
        readonly message: string;
      }
    | undefined;
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
      /** As text; bytes that are none are replaced. */
      readonly body: string;
      /** Whether there was more of the body. */
      readonly truncated: boolean;
      readonly durationMs: number;
      /** Who answered. */
      readonly remoteAddress?: string | undefined;
    }
  | {
      readonly error: {
        /** What stopped it: the machine itself, the name, the network, the connection, TLS, or the answer. */
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
