import { z } from 'zod';
import { EXERCISE_IDS } from '../exercises/exercise.ts';

/** Exercises as the lab API tells of them. */

export const ExerciseList = z.strictObject({
  exercises: z.array(
    z.strictObject({
      id: z.enum(EXERCISE_IDS),
      state: z.enum(['new', 'started', 'passed']),
      startedAt: z.iso.datetime().optional(),
      passedAt: z.iso.datetime().optional(),
      needs: z.array(z.string()).meta({
        description: 'Machines by name; `isolation`: networks that keep them apart; `trainer`: the lab to oneself.',
      }),
      missing: z.array(z.string()).meta({ description: 'What of it is not there for who asks.' }),
      ready: z.boolean().meta({ description: 'Whether all of it is there.' }),
      asks: z.array(z.string()).meta({ description: 'What is to be found out and written down.' }),
    }),
  ),
  scene: z.record(z.string(), z.string()).meta({ description: 'Names of the resources to work with.' }),
});
export type ExerciseList = z.infer<typeof ExerciseList>;

export const Started = z.strictObject({
  id: z.enum(EXERCISE_IDS),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
});
export type Started = z.infer<typeof Started>;

export const Checked = z.strictObject({
  passed: z.boolean(),
  findings: z.array(z.strictObject({ id: z.string(), passed: z.boolean(), values: z.record(z.string(), z.string()) })),
});
export type Checked = z.infer<typeof Checked>;
