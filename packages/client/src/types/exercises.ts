/** The exercises of the lab, how far somebody is with them, and the quiz that asks about them. */

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
  /** Names of the resources to work with, by what they are there: `machine`, `vault`, … */
  readonly scene: Readonly<Record<string, string>>;
};

/** How far who asks is with an exercise. */
export type ExerciseState = {
  readonly id: ExerciseId;
  readonly state: 'new' | 'started' | 'passed';
  /** ISO 8601. Present while it is being worked on, whether it was passed before or not. */
  readonly startedAt?: string | undefined;
  /** ISO 8601. */
  readonly passedAt?: string | undefined;
  /** Machines by name; `isolation`: networks that keep machines apart; `trainer`: the lab to oneself. */
  readonly needs: readonly string[];
  /** Those of its needs that are not met for who asks. */
  readonly missing: readonly string[];
  /** Whether none is missing. */
  readonly ready: boolean;
  /** What is to be found out and written down: the names by which a check takes the answers. */
  readonly asks: readonly string[];
};

export type StartedExercise = { readonly id: ExerciseId; readonly startedAt: string; readonly durationMs: number };

/** What is done of an exercise, and what is not. */
export type CheckedExercise = {
  /** Whether every finding is. */
  readonly passed: boolean;
  /** One for each thing that was to be done. The page has their texts, in which the values stand. */
  readonly findings: readonly {
    readonly id: string;
    readonly passed: boolean;
    readonly values: Readonly<Record<string, string>>;
  }[];
};

/** Questions of the quiz by id. Their words are the page's. */
export type QuizList = {
  readonly questions: readonly {
    readonly id: string;
    /** At the end of which exercise it is asked. */
    readonly exercise: ExerciseId;
    readonly choices: readonly string[];
    /** Whether a step of some flow shows the answer. */
    readonly isInFlow: boolean;
    /** What was chosen last. */
    readonly answered?: { readonly choice: string; readonly correct: boolean } | undefined;
  }[];
};

/** Whether a choice was right, and where that can be seen. */
export type QuizAnswer = {
  readonly correct: boolean;
  /** Id of a flow of this lab that answers the question. Absent: `without` says why. */
  readonly flow?: string | undefined;
  /** Number of the step that does. */
  readonly step?: number | undefined;
  /**
   * Why there is no flow. `never`: no step of any shows it. `exercise`: it would change the lab for everybody, and the exercise
   * does that. `missing`: the lab, or who asks, has not what it takes. `failed`: it could not be made just now.
   */
  readonly without?: 'never' | 'exercise' | 'missing' | 'failed' | undefined;
};
