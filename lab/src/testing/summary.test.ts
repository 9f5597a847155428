import { expect, it } from 'vitest';
import { summarise, sumOf } from './summary.ts';

const outcomes = [
  { stage: 'types', passed: 1, failed: 0, remarks: [] },
  { stage: 'unit', passed: 40, failed: 2, remarks: ['skipped: a test'] },
];

it('adds up what the stages counted', () => {
  expect(sumOf(outcomes)).toEqual({ passed: 41, failed: 2 });
});

it('ends with the sum alone on its line', () => {
  expect(summarise(outcomes, []).at(-1)).toBe('41 passed, 2 failed');
});

it('names what could not run, and the command that makes it run, just above the sum', () => {
  const notRun = { stage: 'e2e', why: 'No Docker Engine answers.', remedy: 'npm run engine  # as root' };
  expect(summarise(outcomes, [notRun]).at(-2)).toBe(
    'not run: e2e. No Docker Engine answers. To run it: npm run engine  # as root',
  );
});

it('names what was skipped', () => {
  expect(summarise(outcomes, []).some((line) => line.includes('skipped: a test'))).toBe(true);
});
