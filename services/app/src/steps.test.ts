import { expect, it } from 'vitest';
import type { Progress } from './progress.ts';
import { type StepReport, stepsTo, toStepError } from './steps.ts';

it('reports what was asked for, what came of it, and passes the result on', async () => {
  const reports: StepReport[] = [];
  const result = await stepsTo((report) => reports.push(report))('Read', 'https://x', async () => '5 characters');
  expect(result).toBe('5 characters');
  expect(reports).toMatchObject([{ step: 'Read', asked: 'https://x', outcome: 'succeeded', result: '5 characters' }]);
});

it('reports a failure with what the SDK says about it, and lets it end the program', async () => {
  const reports: StepReport[] = [];
  const forbidden = Object.assign(new Error('Caller is not authorized'), {
    name: 'RestError',
    code: 'Forbidden',
    statusCode: 403,
  });
  const step = stepsTo((report) => reports.push(report))('Read', 'https://x', () => Promise.reject(forbidden));
  await expect(step).rejects.toBe(forbidden);
  expect(reports).toMatchObject([
    { error: { name: 'RestError', code: 'Forbidden', statusCode: 403, message: 'Caller is not authorized' } },
  ]);
});

it('keeps the first lines of a long message', () => {
  const { message } = toStepError(new Error(Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n')));
  expect(message.split('\n')).toHaveLength(16);
});

it('tells where it is: the line of each step, and where in the program it failed', async () => {
  const seen: Progress[] = [];
  const step = stepsTo(
    () => {},
    (progress) => seen.push(progress),
  );
  const here = Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[1] ?? '')?.[1]);
  await step('Good', '', async () => 'ok');
  const failing = step('Bad', '', async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const lineOf = (index: number) => (seen[index]?.line ?? 0) - here;
  expect(seen.map(({ step, state }) => [step, state])).toEqual([
    ['Good', 'begun'],
    ['Good', 'succeeded'],
    ['Bad', 'begun'],
    ['Bad', 'failed'],
  ]);
  expect([0, 1, 2, 3].map(lineOf)).toEqual([1, 1, 2, 3]);
});
