import type { FlowEvent } from '@lab/shared/events.ts';
import type { EventService } from '../domain/services.ts';
import type { ExerciseId } from '../exercises/exercise.ts';

/** A question. Its words, those of its choices, and why the right one is right are texts of the page: `quiz.md`. */
export type Question = {
  readonly id: string;
  readonly choices: readonly string[];
  readonly right: string;
  /** At the end of which exercise it is asked. */
  readonly exercise: ExerciseId;
  /** Where a flow answers it: the step to look at. Absent: nothing of it happens in any flow. */
  readonly step?: (event: FlowEvent) => boolean;
  /** On which machine the program has to run for there to be such a step. Absent: on the lab's first. */
  readonly workload?: string;
};

const at =
  (service: EventService, matches: (event: FlowEvent) => boolean) =>
  (event: FlowEvent): boolean =>
    event.service === service && matches(event);

const isGiven = ({ status, tokenId }: FlowEvent): boolean => status === 200 && tokenId !== undefined;
const made =
  (check: string, outcome: 'passed' | 'failed') =>
  ({ checks = [] }: FlowEvent): boolean =>
    checks.some((one) => one.check === check && one.outcome === outcome);

const TOKEN_GIVEN = (event: FlowEvent): boolean => ['imds', 'appservice'].includes(event.service) && isGiven(event);
const TOKEN_ISSUED = at('entra', isGiven);
const SECRET_READ = at('keyvault', ({ operation, status }) => operation === 'GetSecret' && status === 200);

/** In the order in which they are asked; each belongs to an exercise and can be answered without having done it. */
export const QUESTIONS: readonly Question[] = [
  {
    id: 'receives-token',
    choices: ['vault-challenge', 'entra-issues', 'imds-answers', 'vault-answers'],
    right: 'imds-answers',
    exercise: 'first-token',
    step: TOKEN_GIVEN,
  },
  {
    id: 'no-credential',
    choices: ['encrypted-disk', 'environment', 'platform-proves', 'network-trusted'],
    right: 'platform-proves',
    exercise: 'first-token',
    step: TOKEN_ISSUED,
  },
  {
    id: 'imds-passwords',
    choices: ['first-start', 'token-only', 'every-request'],
    right: 'token-only',
    exercise: 'first-token',
    step: TOKEN_GIVEN,
  },
  {
    id: 'second-request',
    choices: ['entra-again', 'vault-remembers', 'imds-cache'],
    right: 'imds-cache',
    exercise: 'first-token',
    step: (event) => TOKEN_GIVEN(event) && event.note === 'answered from the cache',
  },
  {
    id: 'who-signs',
    choices: ['imds', 'entra', 'vault', 'machine'],
    right: 'entra',
    exercise: 'claims',
    step: TOKEN_ISSUED,
  },
  {
    id: 'vault-validates',
    choices: ['token-issued', 'first-request', 'second-request', 'after-answer'],
    right: 'second-request',
    exercise: 'claims',
    step: SECRET_READ,
  },
  {
    id: 'not-enabled',
    choices: ['vault-403', 'entra-401', 'token-without-roles', 'imds-400'],
    right: 'imds-400',
    exercise: 'role',
    step: (event) => TOKEN_GIVEN(event) && made('identity', 'passed')(event),
  },
  {
    id: 'who-decides',
    choices: ['entra-token', 'vault-assignments', 'imds-identity'],
    right: 'vault-assignments',
    exercise: 'role',
    step: (event) => SECRET_READ(event) && event.decision !== undefined,
  },
  {
    id: 'challenge',
    choices: ['denied', 'expired', 'challenge'],
    right: 'challenge',
    exercise: 'audience',
    step: at('keyvault', ({ status }) => status === 401),
  },
  {
    id: 'token-for-storage',
    choices: ['same-tenant', 'other-audience', 'with-role'],
    right: 'other-audience',
    exercise: 'audience',
    step: at('blob', made('audience', 'passed')),
  },
  {
    id: 'machine-deleted',
    choices: ['stays', 'moves', 'goes-too'],
    right: 'goes-too',
    exercise: 'system-assigned',
  },
  {
    id: 'no-selector',
    choices: ['first-one', 'refused', 'all-in-one'],
    right: 'refused',
    exercise: 'user-assigned',
    step: (event) => TOKEN_GIVEN(event) && made('identity', 'passed')(event),
  },
  {
    id: 'metadata-header',
    choices: ['password', 'ssrf', 'api-version'],
    right: 'ssrf',
    exercise: 'ssrf',
    step: at('imds', made('metadata header', 'failed')),
  },
  {
    id: 'ssrf-remedy',
    choices: ['header-suffices', 'secret-address', 'allow-list'],
    right: 'allow-list',
    exercise: 'ssrf',
  },
  {
    id: 'functions-endpoint',
    choices: ['same-address', 'own-endpoint', 'no-identity'],
    right: 'own-endpoint',
    exercise: 'outside',
    step: at('appservice', isGiven),
    workload: 'func-app01',
  },
  {
    id: 'from-outside',
    choices: ['wrong-header', 'no-route', 'no-role'],
    right: 'no-route',
    exercise: 'outside',
  },
  {
    id: 'stolen-token',
    choices: ['other-address', 'until-expiry', 'revoked'],
    right: 'until-expiry',
    exercise: 'stolen-token',
    step: SECRET_READ,
  },
  {
    id: 'old-key',
    choices: ['invalid-at-once', 'still-valid', 'signed-anew'],
    right: 'still-valid',
    exercise: 'key-rotation',
    step: (event) => SECRET_READ(event) && made('key', 'passed')(event),
  },
  {
    id: 'other-tenant',
    choices: ['network', 'role', 'issuer'],
    right: 'issuer',
    exercise: 'tenants',
    step: (event) => SECRET_READ(event) && made('issuer', 'passed')(event),
  },
  {
    id: 'other-subscription',
    choices: ['own-identity', 'nothing-but-role', 'peering'],
    right: 'nothing-but-role',
    exercise: 'tenants',
    step: (event) => SECRET_READ(event) && event.decision !== undefined,
  },
  {
    id: 'who-renews',
    choices: ['you-yearly', 'platform', 'nobody'],
    right: 'platform',
    exercise: 'client-secret',
    step: TOKEN_ISSUED,
  },
  {
    id: 'what-to-retry',
    choices: ['everything', 'busy-and-broken', 'nothing'],
    right: 'busy-and-broken',
    exercise: 'imds-failing',
    step: (event) => event.service === 'imds' && (event.status === 429 || event.status >= 500),
  },
];
