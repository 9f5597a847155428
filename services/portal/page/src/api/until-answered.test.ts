import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LabError } from './lab.ts';
import { untilAnswered } from './until-answered.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const silence = () => new LabError({ status: 0, code: 'NoAnswer', message: 'network error' });
const { signal } = new AbortController();

it('asks again where nobody answers, and says so each time', async () => {
  const question = vi.fn().mockRejectedValueOnce(silence()).mockRejectedValueOnce(silence()).mockResolvedValue('there');
  const onSilence = vi.fn();
  const answer = untilAnswered(question, signal, onSilence);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await answer).toBe('there');
  expect([question.mock.calls.length, onSilence.mock.calls.length]).toEqual([3, 2]);
});

it('takes a refusal for an answer', async () => {
  const refusal = new LabError({ status: 503, code: 'ServiceUnavailable', message: 'not now' });
  const question = vi.fn().mockRejectedValue(refusal);
  await expect(untilAnswered(question, signal, vi.fn())).rejects.toBe(refusal);
  expect(question).toHaveBeenCalledOnce();
});

it('asks no more when nobody wants to know', async () => {
  const question = vi.fn().mockRejectedValue(silence());
  const controller = new AbortController();
  const answer = untilAnswered(question, controller.signal, () => controller.abort());
  await expect(answer).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(question).toHaveBeenCalledOnce();
});

it('asks every five seconds at last, and not more often', async () => {
  const question = vi.fn().mockRejectedValue(silence());
  const controller = new AbortController();
  untilAnswered(question, controller.signal, vi.fn()).catch(() => {});
  await vi.advanceTimersByTimeAsync(60_000);
  controller.abort();
  expect(question.mock.calls.length).toBeLessThan(18);
});
