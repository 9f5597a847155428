import { z } from 'zod';
import { EXERCISE_IDS, type ExerciseId } from '../exercises/exercise.ts';

/** How far somebody is with one exercise. */
const Attempt = z.object({
  /** Absent: not begun, or begun and left. */
  startedAt: z.iso.datetime().optional(),
  /** The first time. Stays when it is started again. */
  passedAt: z.iso.datetime().optional(),
  /** Where events were when it was started, and what was remembered then. */
  cursor: z.string().max(1_000).optional(),
  facts: z.record(z.string(), z.string()).optional(),
});
export type Attempt = z.infer<typeof Attempt>;

/** By who works on them, and by exercise. */
export const Progress = z.record(z.string(), z.partialRecord(z.enum(EXERCISE_IDS), Attempt));
export type Progress = z.infer<typeof Progress>;

export type ProgressStore = {
  read(): Progress;
  write(progress: Progress): void;
};

/** Forgotten with the process. */
export function progressInMemory(): ProgressStore {
  let kept: Progress = {};
  return {
    read: () => kept,
    write: (progress) => {
      kept = progress;
    },
  };
}

export const attemptOf = (progress: Progress, who: string, id: ExerciseId): Attempt => progress[who]?.[id] ?? {};

export const withAttempt = (progress: Progress, who: string, id: ExerciseId, attempt: Attempt): Progress => ({
  ...progress,
  [who]: { ...progress[who], [id]: attempt },
});

/** They are working on nothing any more; what was passed stays so. */
export const withoutStarted = (progress: Progress, whose: readonly string[]): Progress => ({
  ...progress,
  ...Object.fromEntries(whose.map((who) => [who, onlyPassed(progress[who] ?? {})])),
});

const onlyPassed = (attempts: Progress[string]): Progress[string] =>
  Object.fromEntries(Object.entries(attempts).map(([id, { passedAt }]) => [id, passedAt ? { passedAt } : {}]));
