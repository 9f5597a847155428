import type { EventDetails } from '../events.ts';
import { TOKEN_CHECKS, type TokenFailure } from './claims.ts';

/** For the event of a request: all checks up to the one that refused the token, with its reason, or all of them. */
export function checksMade(failure?: TokenFailure): NonNullable<EventDetails['checks']> {
  const made = failure ? TOKEN_CHECKS.indexOf(failure.check) : TOKEN_CHECKS.length;
  const passed = TOKEN_CHECKS.slice(0, made).map((check) => ({ check, outcome: 'passed' as const }));
  return failure ? [...passed, { check: failure.check, outcome: 'failed', reason: failure.message }] : passed;
}
