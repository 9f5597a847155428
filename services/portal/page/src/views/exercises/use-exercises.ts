import type { CheckedExercise, ExerciseList, ExerciseState, StartedExercise } from '@managed-identity-lab/client';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';

export type Exercises = {
  /** In their order; undefined until the lab has answered. */
  readonly all: readonly ExerciseState[] | undefined;
  /** Names of the resources to work with, for the texts. */
  readonly scene: Readonly<Record<string, string>>;
  readonly error: Error | undefined;
  /** Ends when `all` says that it has begun: what is done before belongs to the attempt before. */
  begin(id: string): Promise<void>;
  check(id: string, answers: Readonly<Record<string, string>>): Promise<CheckedExercise>;
  reset(id: string): Promise<void>;
};

/** The exercises of the lab, and how far they are done. What is done the lab says. */
export function useExercises(): Exercises {
  const { data, error, reload } = useAsk('exercises', (signal) =>
    ask<ExerciseList>('GET', '/exercises', undefined, signal),
  );
  return {
    all: data?.exercises,
    scene: data?.scene ?? {},
    error,
    begin: async (id) => {
      await ask<StartedExercise>('POST', `/exercises/${id}/start`, {}).finally(reload);
    },
    check: (id, answers) =>
      ask<CheckedExercise>('POST', `/exercises/${id}/check`, { answers }).finally(() => void reload()),
    reset: (id) => ask<void>('DELETE', `/exercises/${id}`).finally(reload),
  };
}
