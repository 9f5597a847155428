import type { EventDetails } from '@lab/shared/events.ts';
import type { TokenCheck, TokenFailure } from '@lab/shared/tokens/claims.ts';

type Checks = NonNullable<EventDetails['checks']>;

/** The checks in the order in which `verifyToken` makes them. */
const IN_ORDER: readonly TokenCheck[] = [
  'format',
  'header',
  'algorithm',
  'kid',
  'key',
  'signature',
  'claims',
  'issuer',
  'audience',
  'tenant',
  'expiry',
  'not-before',
];

export const checksPassed = (): Checks => IN_ORDER.map((check) => ({ check, outcome: 'passed' }));

/** Those that passed, and the one that refused the token, with its reason. */
export const checksBefore = ({ check, message }: TokenFailure): Checks => [
  ...checksPassed().slice(0, IN_ORDER.indexOf(check)),
  { check, outcome: 'failed', reason: message },
];
