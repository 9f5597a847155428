import { expect, it } from 'vitest';
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
