import type { FlowEvent } from '@lab/shared/events.ts';
import type { z } from 'zod';
import type { AzureRequest } from '../domain/azure.ts';
import type { LabResource } from '../domain/lab-state.ts';

/** In the order in which they are done. */
export const EXERCISE_IDS = [
  'first-token',
  'claims',
  'role',
  'audience',
  'system-assigned',
  'user-assigned',
  'ssrf',
  'outside',
  'stolen-token',
  'key-rotation',
  'tenants',
  'client-secret',
  'imds-failing',
] as const;
export type ExerciseId = (typeof EXERCISE_IDS)[number];

/**
 * What not everybody has: a machine of a profile, by its name; networks that keep machines apart; and the lab to oneself, for
 * what concerns all who share it.
 */
export type Need = 'vm-app02' | 'outsider' | 'isolation' | 'trainer';

/** As the lab API lists it. */
export type ShownResource = z.infer<typeof LabResource>;

/** Which of the lab's resources somebody works with: the names that stand in the texts of the exercises, too. */
export type Scene = {
  readonly machine: string;
  /** Another one, with an identity in common. */
  readonly otherMachine: string;
  readonly vault: string;
  /** One that an exercise makes, and that nobody has a role at. */
  readonly newVault: string;
  readonly account: string;
  readonly identity: string;
  /** One more, that an exercise gives to both machines. */
  readonly otherIdentity: string;
  /** Where the machines and the identity are, and where vault and account are, as a partial lab file names the places. */
  readonly machines: Place;
  readonly data: Place;
};

export type Place = { readonly tenant: string; readonly subscription: string; readonly resourceGroup: string };

/** A request that the console sent, as its sender saw it: what never arrived is no event of any service. */
export type SentRequest = {
  /** Host name of the machine that sent it. */
  readonly machine: string;
  readonly method: string;
  readonly url: string;
  readonly status?: number | undefined;
  /** Why no answer came, in the console's words: `ECONNREFUSED`. */
  readonly error?: string | undefined;
};

/** What a check looks at, and nothing else. */
export type Evidence = {
  readonly scene: Scene;
  /** Since the exercise was started, by time. */
  readonly events: readonly FlowEvent[];
  readonly sent: readonly SentRequest[];
  readonly resources: readonly ShownResource[];
  /** What the exercise remembered when it was started. */
  readonly facts: Facts;
  /** What the person wrote, by what was asked. Trimmed. */
  readonly answers: Readonly<Record<string, string>>;
};

export type Facts = Readonly<Record<string, string>>;

/** One thing that was to be done. The page has its texts, for done and for not yet done, with `values` in them. */
export type Finding = {
  readonly id: string;
  readonly passed: boolean;
  readonly values: Readonly<Record<string, string>>;
};

/** What an exercise may do to the lab before somebody works on it. */
export type ExerciseLab = {
  readonly scene: Scene;
  /** A partial lab file: adds and changes, removes nothing. */
  apply(partialLab: object): Promise<unknown>;
  resources(kind: string): Promise<readonly ShownResource[]>;
  /** Opens and closes the page that has a hole, on a machine. */
  preview(machine: string, what: 'open' | 'close'): Promise<void>;
  /** Asks Resource Manager or Graph as the operator. Throws `unavailable` where that is refused. */
  azure(request: AzureRequest): Promise<unknown>;
};

export type Exercise = {
  readonly id: ExerciseId;
  readonly needs: readonly Need[];
  /** What the person is asked to find out and write down. */
  readonly asks: readonly string[];
  /** The lab is as its file says. Answers what the check has to remember of this moment. */
  prepare?(lab: ExerciseLab): Promise<Facts>;
  /** Passed when all findings are. Of the state that `prepare` leaves behind none may be that has to be done. */
  check(evidence: Evidence): readonly Finding[];
  /**
   * Takes away what a reset of the lab does not: at a reset, when another exercise is started, and where the start failed.
   * By what `prepare` remembered: whose scene it was may have lost their place since, or nobody may be there who knows.
   */
  end?(lab: Pick<ExerciseLab, 'preview'>, facts: Facts): Promise<void>;
};

export const finding = (id: string, passed: boolean, values: Finding['values'] = {}): Finding => ({
  id,
  passed,
  values,
});
