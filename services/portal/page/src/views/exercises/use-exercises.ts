import type { CheckedExercise, ExerciseList, ExerciseState, StartedExercise } from '@managed-identity-lab/client';
import { ask } from '../../api/lab.ts';
import { useAsk } from '../../api/use-ask.ts';

export type Exercises = {
  /** In their order; undefined until the lab has answered. */
  readonly all: readonly ExerciseState[] | undefined;
  /** Names of the resources to work with, for the texts. */
  readonly scene: Readonly<Record<string, string>>;
  readonly error: Error | undefined;
  reload(): void;
  begin(id: string): Promise<void>;
  check(id: string, answers: Readonly<Record<string, string>>): Promise<CheckedExercise>;
  reset(id: string): Promise<void>;
};

/** The exercises of the lab, and how far they are done. What is done the lab says. */
export function useExercises(): Exercises {
  const { data, error, reload } = useAsk('exercises', (signal) =>
    ask<ExerciseList>('GET', '/exercises', undefined, signal),
  );
  const reloading = async <T>(asked: Promise<T>): Promise<T> => {
    try {
      return await asked;
    } finally {
      reload();
    }
  };
  return {
    all: data?.exercises,
    scene: data?.scene ?? {},
    error,
    reload,
    begin: async (id) => {
      await reloading(ask<StartedExercise>('POST', `/exercises/${id}/start`, {}));
    },
    check: (id, answers) => reloading(ask('POST', `/exercises/${id}/check`, { answers })),
    reset: (id) => reloading(ask('DELETE', `/exercises/${id}`)),
  };
}
