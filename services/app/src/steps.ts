import { callerOf, lineIn, type Progress } from './progress.ts';

/** What a run of the program reports: its steps, each with what was asked and what came of it. */

export type StepReport = {
  readonly step: string;
  /** The URL that was asked for. */
  readonly asked: string;
  /** ISO 8601, UTC: when the step began. */
  readonly at: string;
  readonly durationMs: number;
} & (
  | { readonly outcome: 'succeeded'; readonly result: string }
  | { readonly outcome: 'failed'; readonly error: StepError }
);

export type StepError = {
  readonly name: string;
  readonly code?: string;
  readonly statusCode?: number;
  /** First lines of the SDK's message. */
  readonly message: string;
};

/** Does the work under a name, reports it, and throws on what the work throws. @returns what the work resolves to. */
export type Step = (name: string, asked: string, work: () => Promise<string>) => Promise<string>;

/** Steps that are reported as soon as each has ended. @param progress Told when each begins, and how it ended. */
export const stepsTo =
  (report: (step: StepReport) => void, progress: (progress: Progress) => void = () => {}): Step =>
  async (step, asked, work) => {
    const place = callerOf();
    const on = (state: Progress['state'], line = place?.line) =>
      progress({ step, ...(line !== undefined && { line }), state });
    on('begun');
    const at = new Date().toISOString();
    const started = performance.now();
    const so = () => ({ step, asked, at, durationMs: Math.round(performance.now() - started) });
    try {
      const result = await work();
      on('succeeded');
      report({ ...so(), outcome: 'succeeded', result: result.slice(0, 500) });
      return result;
    } catch (error) {
      on('failed', (place && lineIn(place.file, error)) ?? place?.line);
      report({ ...so(), outcome: 'failed', error: toStepError(error) });
      throw error;
    }
  };

/** What the SDKs put on an error, in a form that fits on a page. Their messages hold no token. */
export function toStepError(thrown: unknown): StepError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown).slice(0, 500) };
  const { code, statusCode } = thrown as { code?: unknown; statusCode?: unknown };
  const lines = thrown.message.split('\n', MESSAGE_LINES).map((line) => line.trimEnd().slice(0, 300));
  return {
    name: thrown.name,
    ...(typeof code === 'string' && { code }),
    ...(typeof statusCode === 'number' && { statusCode }),
    message: lines.join('\n').trim(),
  };
}

/** Enough for `DefaultAzureCredential`, which has a line for each credential of its chain. */
const MESSAGE_LINES = 16;
