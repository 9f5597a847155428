import { type ClockSetting, fixedClock, labTime } from '@lab/shared/clock.ts';
import { expect, it } from 'vitest';
import { MAX_OFFSET_SECONDS, moveClock } from './move-clock.ts';

const START = 1_790_000_000;
const AS_SYSTEM: ClockSetting = { offsetSeconds: 0, heldAt: null };

it('adds one move to the other', () => {
  const system = fixedClock(START);
  const once = moveClock(AS_SYSTEM, { forwardSeconds: 60 }, system);
  const twice = moveClock(once, { forwardSeconds: 3 }, system);
  expect(twice).toEqual({ offsetSeconds: 63, heldAt: null });
});

it('can be moved while it is held, stays held, and never goes back when it is let go', () => {
  const system = fixedClock(START);
  const held = moveClock(AS_SYSTEM, { hold: true }, system);
  expect(held).toEqual({ offsetSeconds: 0, heldAt: START });
  system.advance(10);
  const moved = moveClock(held, { forwardSeconds: 60 }, system);
  expect(moved).toEqual({ offsetSeconds: 60, heldAt: START + 60 });
  expect(moveClock(moved, { hold: true }, system)).toEqual(moved);
  const released = moveClock(moved, { hold: false }, system);
  expect(released).toEqual({ offsetSeconds: 60, heldAt: null });
  expect(labTime(released, system)).toBe(START + 70);
});

it('goes ten years ahead and no further, however it is asked', () => {
  const system = fixedClock(START);
  const furthest = moveClock(AS_SYSTEM, { forwardSeconds: MAX_OFFSET_SECONDS }, system);
  for (const setting of [furthest, moveClock(furthest, { hold: true }, system)]) {
    expect(() => moveClock(setting, { forwardSeconds: 1 }, system)).toThrow(/ahead at most/);
  }
});
