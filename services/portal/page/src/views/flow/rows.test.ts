import { expect, it } from 'vitest';
import type { ShownFlow } from './flow-model.ts';
import { rowsOf } from './rows.ts';

/** A flow is called by its first event, as the step of that event is. */
const flowIn = (...parts: readonly string[]) =>
  ({
    summary: { id: 'imds-1' },
    messages: parts.map((part) => ({ step: { id: 'imds-1' }, part })),
  }) as unknown as ShownFlow;

const keysOf = (flow: ShownFlow) => rowsOf([flow]).map(({ key }) => key);

it('has a key of its own for every row', () => {
  expect(new Set(keysOf(flowIn('question', 'answer'))).size).toBe(3);
});

it('keeps the row of a step that turns out to have led to others', () => {
  expect(keysOf(flowIn('question', 'answer'))).toEqual(expect.arrayContaining(keysOf(flowIn('both'))));
});
