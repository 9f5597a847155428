import { expect, it } from 'vitest';
import { lineState, NOTHING_RUN, progressed } from './run-state.ts';
import { linesOf } from './source-lines.ts';

it('colours go on from line to line', () => {
  expect(linesOf('a <span class="x">b\nc</span> <span class="y">d <span class="z">e</span>\n</span>f')).toEqual([
    'a <span class="x">b</span>',
    '<span class="x">c</span> <span class="y">d <span class="z">e</span></span>',
    '<span class="y"></span>f',
  ]);
});

it('knows which lines are being executed, and where a step failed', () => {
  const steps = [
    { step: 'One', line: 2, lastLine: 4 },
    { step: 'Two', line: 6, lastLine: 8 },
  ];
  const begun = progressed(NOTHING_RUN, { step: 'One', line: 2, state: 'begun' });
  expect(lineState(2, steps, begun)).toEqual({ state: 'begun', isPlace: true });
  expect(lineState(3, steps, begun)).toEqual({ state: 'begun', isPlace: false });
  expect(lineState(5, steps, begun)).toBeUndefined();
  expect(lineState(6, steps, begun)).toBeUndefined();
  const failed = progressed(begun, { step: 'One', line: 3, state: 'failed' });
  expect([2, 3, 4].map((line) => lineState(line, steps, failed)?.isPlace)).toEqual([false, true, false]);
});
