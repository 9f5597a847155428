/**
 * The words of events that the page has a text for, in its languages: names of checks, verdicts and notes. A service can say no other.
 * What else an event says is Azure's or the service's own, and is shown as such: operations, error codes, role names, reasons.
 */
import { TOKEN_CHECKS } from './tokens/claims.ts';

/** Every check that is made of a request, whichever service makes it. */
export const CHECKS = [
  ...TOKEN_CHECKS,
  // of whom a service presents it to
  'bearer token',
  'app role',
  // of the identity endpoints
  'source address',
  'x-forwarded-for',
  'method',
  'metadata header',
  'identity header',
  'path',
  'query',
  'api-version',
  'resource',
  'identity',
  // of who asks Entra for a token
  'request',
  'service principal',
  'credential',
  'assertion format',
  'assertion key',
  'assertion signature',
  'assertion client',
  'time',
  'federated credential',
  'federated assertion',
  // of the middleware for an API of one's own
  'app-only',
  'bound',
  'role',
] as const;
export type CheckName = (typeof CHECKS)[number];

/** What a role assignment, a deny assignment or an access policy has to say about a request. */
export const VERDICTS = [
  'grants',
  'other principal',
  'other scope',
  'action not in role',
  'action excluded by role',
  'condition not met',
  'denies',
  'principal excluded from denial',
  'other tenant',
  'other application',
  'permission not in policy',
] as const;
export type VerdictName = (typeof VERDICTS)[number];

/** One sentence for what nothing else in an event can say. */
export const NOTES = [
  'answered from the cache',
  'asked entra',
  'allowed: the caller has a role at this scope or below it',
  'the connection was cut before the request or its answer was complete',
  'not from the subnet of the lab',
  'not a query',
  'forged',
  'checks and decisions are left out: they are too long',
  'what its route said of it cannot be kept',
] as const;
/** What is forged wrongly is named by its flaw. */
export type Note = (typeof NOTES)[number] | `forged: ${string}`;
