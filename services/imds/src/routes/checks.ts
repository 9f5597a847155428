import type { AzureError } from '@lab/shared/azure-error.ts';
import type { CheckName } from '@lab/shared/event-words.ts';
import { describe, type EventDetails } from '@lab/shared/events.ts';
import type { Response } from 'express';

type Checks = NonNullable<EventDetails['checks']>;

/**
 * Notes in the request's event that a check was made, and refuses the request when it failed: the list in the event is
 * in the order of the checks, and its last entry is the one that refused.
 * @param failure Undefined when the check passed. @throws the failure.
 */
export function check(res: Response, name: CheckName, failure: AzureError | undefined): void {
  const made: Checks = res.locals.checks ?? [];
  made.push(failure ? { check: name, outcome: 'failed', reason: failure.message } : { check: name, outcome: 'passed' });
  res.locals.checks = made;
  describe(res, { checks: made });
  if (failure) throw failure;
}

/** The same for a decision that throws: its result, or its failure noted and thrown on. */
export function decide<T>(res: Response, name: CheckName, decision: () => T): T {
  let result: T;
  try {
    result = decision();
  } catch (thrown) {
    check(res, name, thrown as AzureError);
    throw thrown;
  }
  check(res, name, undefined);
  return result;
}
