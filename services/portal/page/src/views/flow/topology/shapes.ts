import type { StepOutcome } from '@lab/shared/flows/index.ts';

/** What came of a step, by a sign, as the diagram has it. */
export const SIGNS = { succeeded: '✓', challenged: '!', failed: '✗' } as const satisfies Record<StepOutcome, string>;

/** And by the line: whole, dashed, dotted. */
export const DASHES = { succeeded: undefined, challenged: '9 7', failed: '0.1 9' } as const satisfies Record<
  StepOutcome,
  string | undefined
>;
