import { LabError } from '../api/lab.ts';
import { useTexts } from './texts.ts';

/** What went wrong, in a sentence: of a refusal that the page knows in the language of the page, else in the lab's own words. */
export function useRefusal(error: Error | undefined): string | undefined {
  const t = useTexts('refusals');
  return error instanceof LabError && t.has(error.code) ? t(error.code) : error?.message;
}
