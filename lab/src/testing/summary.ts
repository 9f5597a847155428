/** The last lines of `npm test`: what every stage counted, what could not run and how to make it run, and the sum. */
export type Outcome = {
  readonly stage: string;
  readonly passed: number;
  readonly failed: number;
  /** Further lines: why a failure was counted, what was skipped. */
  readonly remarks: readonly string[];
};

/** A stage that this machine cannot run. `remedy` is the one command that makes it run. */
export type NotRun = { readonly stage: string; readonly why: string; readonly remedy: string };

export type Sum = { readonly passed: number; readonly failed: number };

export const sumOf = (outcomes: readonly Outcome[]): Sum => ({
  passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
  failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
});

/** @returns lines; the last one is `N passed, N failed` and nothing else. */
export function summarise(outcomes: readonly Outcome[], notRun: readonly NotRun[]): string[] {
  const { passed, failed } = sumOf(outcomes);
  const widest = Math.max(0, ...outcomes.map(({ stage }) => stage.length));
  return [
    ...outcomes.flatMap((outcome) => [
      `${outcome.stage.padEnd(widest)}  ${outcome.passed} passed, ${outcome.failed} failed`,
      ...outcome.remarks.map((remark) => `${' '.repeat(widest)}  ${remark}`),
    ]),
    ...notRun.map(({ stage, why, remedy }) => `not run: ${stage}. ${why} To run it: ${remedy}`),
    `${passed} passed, ${failed} failed`,
  ];
}
