import { describe, expect, it } from 'vitest';
import { evidence } from '../testing/evidence.ts';
import { EXERCISE_IDS } from './exercise.ts';
import { EXERCISES } from './index.ts';

describe('the exercises', () => {
  it('are in their order, each once', () => {
    const ids = EXERCISES.map(({ id }) => id);
    expect(ids).toEqual(EXERCISE_IDS.filter((id) => ids.includes(id)));
  });

  it.each(EXERCISES.map((exercise) => [exercise.id, exercise] as const))(
    'have findings with names of their own, and not one of %s is passed before anything was done',
    (_, exercise) => {
      const findings = exercise.check(evidence());
      expect(findings.length).toBeGreaterThan(0);
      expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
      expect(findings.filter(({ passed }) => passed)).toEqual([]);
    },
  );
});
