import type { Health } from '@lab/shared/fabric/control-app.ts';
import type { TargetNames } from '@lab/shared/lab/isolation-targets.ts';
import { z } from 'zod';
import type { ProbeAnswer } from './isolation/probes.ts';
import type { RequestBody, ResponseBody } from './lab-requests.ts';

/** A run of the sample program, as the workload's agent reports it. A workload is not trusted: what it says is bounded. */
export const WorkloadRun = z.object({
  machine: z.string().max(100),
  at: z.iso.datetime(),
  durationMs: z.number(),
  outcome: z.enum(['succeeded', 'failed', 'timed out']),
  steps: z
    .array(
      z.object({
        step: z.string().max(200),
        asked: z.string().max(500),
        at: z.iso.datetime(),
        durationMs: z.number(),
        outcome: z.enum(['succeeded', 'failed']),
        result: z.string().max(2_000).optional(),
        error: z
          .object({
            name: z.string().max(200),
            code: z.string().max(200).optional(),
            statusCode: z.number().optional(),
            message: z.string().max(8_000),
          })
          .optional(),
      }),
    )
    .max(100),
});
export type WorkloadRun = z.infer<typeof WorkloadRun>;

/** Where a run of the sample program is. */
export const Progress = z.object({
  step: z.string().max(200),
  line: z.int().positive().optional().meta({ description: 'Of the source, from 1.' }),
  state: z.enum(['begun', 'succeeded', 'failed']),
});
export type Progress = z.infer<typeof Progress>;

/** The sample program of a workload, for people who watch it run. */
export const ProgramSource = z.object({
  file: z.string().max(200).meta({ description: 'Where it is in the repository.' }),
  text: z.string().max(100_000),
  steps: z
    .array(z.object({ step: z.string().max(200), line: z.int().positive(), lastLine: z.int().positive() }))
    .max(100),
});
export type ProgramSource = z.infer<typeof ProgramSource>;

/** A place where the sample program runs, started or not. */
export const Workload = z.object({
  name: z.string().meta({ description: 'As the lab API calls it: `app`.' }),
  machine: z.string().meta({ description: 'Its host name: `vm-app01`.' }),
  kind: z.enum(['virtualMachine', 'functionApp', 'pod', 'outsider']),
  running: z.boolean(),
  profile: z.string().optional().meta({ description: 'With which it is started; absent: it always is.' }),
});
export type Workload = z.infer<typeof Workload>;

/** A machine as its agent describes it: a name for people, and by which addresses services know it. */
export type Machine = {
  /** As the lab API calls it: `app`. */
  readonly workload: string;
  /** Its host name: `vm-app01`. */
  readonly name: string;
  readonly addresses: readonly string[];
};

/** Which machines were started again, in the words of the lab API. */
export const Restarts = z.object({
  restartedWorkloads: z.array(z.string()).meta({
    description: "Workloads whose programs were ended with all they held: SDKs keep tokens by the system's clock.",
  }),
  stuckWorkloads: z.array(z.string()).optional().meta({
    description: 'Workloads that are there and did not restart: programs there may go on with what they hold.',
  }),
});
export type Restarts = z.infer<typeof Restarts>;

/** The machines on which the sample program runs. */
export type Workloads = {
  /** Those that are always there: without them the lab is not ready. */
  readonly names: readonly string[];
  /** Every one of the lab, those of profiles too, started or not. Never rejects. */
  list(): Promise<readonly Workload[]>;
  /** Never rejects: who cannot be asked is not ready. */
  health(name: string): Promise<Health>;
  /** Throws `unavailable` where the machine cannot be asked, `conflict` while it is running already. */
  run(name: string, onProgress?: (progress: Progress) => void): Promise<WorkloadRun>;
  /** The program. Throws `unavailable` where the machine cannot be asked. */
  source(name: string): Promise<ProgramSource>;
  /**
   * Lets the machine try to reach targets of the isolation map, by their ids. Rejects where it cannot be asked. Absent: nothing
   * is between the parts of this lab.
   */
  probe?(
    name: string,
    wish: { readonly targets: readonly string[]; readonly names: TargetNames },
  ): Promise<ProbeAnswer>;
  /** Sends a request from the machine. Throws `unavailable` where it cannot be asked, `throttled` while it sends many. */
  request(name: string, request: RequestBody): Promise<ResponseBody>;
  /** Ends every program on every machine that is there, those of profiles too, and waits for the machines. Never rejects. */
  restart(): Promise<Restarts>;
  /** Every machine that is there, those of profiles too. Never rejects. Absent: addresses say nothing, as on loopback. */
  machines?(): Promise<readonly Machine[]>;
  /**
   * Opens and closes the page with the hole, `services/app/src/preview`, on a machine, by its host name. Absent: no machine
   * has one. Opening throws `unavailable` where the machine cannot be asked or does not do it; closing never rejects.
   */
  preview?(machine: string, what: 'open' | 'close'): Promise<void>;
  close(): Promise<void>;
};
