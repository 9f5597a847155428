import type { RunProgress, WorkloadRun } from '@managed-identity-lab/client';

export type StepState = RunProgress['state'];

/** A run as far as it came: how each step is, by its name. */
export type RunState = {
  readonly steps: ReadonlyMap<string, { readonly state: StepState; readonly line?: number | undefined }>;
  readonly run?: WorkloadRun;
};

export const NOTHING_RUN: RunState = { steps: new Map() };

export const progressed = ({ steps, ...state }: RunState, { step, state: now, line }: RunProgress): RunState => ({
  ...state,
  steps: new Map([...steps, [step, { state: now, line }]]),
});

/** The step that a line of the source is in, and how it is. Where it failed, that line is told apart from the others. */
export function lineState(
  line: number,
  steps: readonly { readonly step: string; readonly line: number; readonly lastLine: number }[],
  { steps: states }: RunState,
): { readonly state: StepState; readonly isPlace: boolean } | undefined {
  const step = steps.find((one) => one.line <= line && line <= one.lastLine);
  const known = step && states.get(step.step);
  return known && { state: known.state, isPlace: line === (known.line ?? step.line) };
}
