import { AzureRefusal, LabError } from '../api/lab.ts';
import { useTexts } from './texts.ts';

/** What went wrong: a sentence in the language of the page, and the words of who refused where the sentence leaves something out. */
export type Refusal = { readonly sentence: string; readonly by: 'service' | 'lab' | 'page'; readonly words?: string };

/** Their words name what is missing or wrong; of the others the sentence of the page says everything. */
export const WITH_WORDS: ReadonlySet<string> = new Set([
  'InternalServerError',
  'BadRequest',
  'InvalidForgeRequest',
  'InvalidLabFile',
  'ServiceUnavailable',
  'WorkloadUnavailable',
  'OriginNotAllowed',
  'ExerciseNotReady',
  'ExerciseNotPrepared',
  'ClockTooFar',
  'TooManyFaults',
]);

export function useRefusal(error: Error | undefined): Refusal | undefined {
  const t = useTexts('refusals');
  if (error === undefined) return undefined;
  const words = error.message;
  if (error instanceof AzureRefusal) return { sentence: t('AzureRefuses'), by: 'service', words };
  if (!(error instanceof LabError)) return { sentence: t('Other'), by: 'page', words };
  const { code, status } = error;
  if (!t.has(code)) return { sentence: t('Other'), by: 'lab', words };
  return { sentence: t(code, { status }), by: 'lab', ...(WITH_WORDS.has(code) && { words }) };
}
