import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pauses } from './pause.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settled = async (promise: Promise<unknown>) => {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
};

it('lets everybody in who comes before it or after it, and nobody meanwhile', async () => {
  const pause = pauses();
  const leave = await pause.enter();
  leave();
  await pause.begin(1_000, 100);
  const entering = pause.enter();
  expect(await settled(entering)).toBe(false);
  pause.end();
  expect(await settled(entering)).toBe(true);
});

it('has begun when those who were in have left', async () => {
  const pause = pauses();
  const leave = await pause.enter();
  const begun = pause.begin(1_000, 500);
  expect(await settled(begun)).toBe(false);
  leave();
  expect(await settled(begun)).toBe(true);
});

it('does not wait for one who stays in', async () => {
  const pause = pauses();
  await pause.enter();
  const begun = pause.begin(1_000, 500);
  await vi.advanceTimersByTimeAsync(500);
  expect(await settled(begun)).toBe(true);
});

it('ends by itself, when whoever began it has died', async () => {
  const pause = pauses();
  await pause.begin(1_000, 0);
  const entering = pause.enter();
  await vi.advanceTimersByTimeAsync(999);
  expect(await settled(entering)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await settled(entering)).toBe(true);
});

it('is not ended by the time of the one before it', async () => {
  const pause = pauses();
  await pause.begin(1_000, 0);
  pause.end();
  await vi.advanceTimersByTimeAsync(600);
  await pause.begin(1_000, 0);
  await vi.advanceTimersByTimeAsync(600);
  expect(await settled(pause.enter())).toBe(false);
});
