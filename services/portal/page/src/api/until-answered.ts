import { isSilence } from './lab.ts';
import { pause, pauseAfter } from './pause.ts';

/**
 * Asks again for as long as nobody answers, as while the lab starts again: what was open meanwhile heals by itself. A refusal
 * is an answer.
 *
 * @param onSilence Called each time that nobody answered.
 * @throws what the question throws, and `AbortError`.
 */
export async function untilAnswered<T>(
  question: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  onSilence: (error: Error) => void,
): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await question(signal);
    } catch (error) {
      if (signal.aborted || !isSilence(error)) throw error;
      onSilence(error as Error);
    }
    await pause(pauseAfter(failures), signal);
    signal.throwIfAborted();
  }
}
