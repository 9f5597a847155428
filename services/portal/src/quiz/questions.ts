import type { ExerciseId } from '../exercises/exercise.ts';
import {
  type Act,
  askAppService,
  askAsNobody,
  askBlobStorage,
  askOtherTenant,
  askTwice,
  askUntilItWorks,
  askWithoutHeader,
  type StageNeed,
  takeElsewhere,
  wholeWay,
} from './acts.ts';
import * as steps from './steps.ts';

/**
 * A question. Its words, those of its choices, and why the right one is right are texts of the page: `quiz-questions.md`;
 * there, too, `{id}.no-flow`, which says why there is none, of each that may come without a flow.
 */
export type Question = {
  readonly id: string;
  readonly choices: readonly string[];
  readonly right: string;
  /** At the end of which exercise it is asked. */
  readonly exercise: ExerciseId;
  /** The flow that answers it. Absent: nothing of it happens in any flow. */
  readonly flow?: QuestionFlow;
};

export type QuestionFlow = {
  readonly isStep: steps.IsStep;
  /** How one is made where there is none. Absent: it would change the lab for everybody, and an exercise does that. */
  readonly act?: Act;
  /** What the lab has to have for it. */
  readonly needs?: readonly StageNeed[];
};

/** In the order in which they are asked; each belongs to an exercise and can be answered without having done it. */
export const QUESTIONS: readonly Question[] = [
  {
    id: 'receives-token',
    choices: ['vault-challenge', 'entra-issues', 'imds-answers', 'vault-answers'],
    right: 'imds-answers',
    exercise: 'first-token',
    flow: { isStep: steps.tokenGiven, act: wholeWay },
  },
  {
    id: 'no-credential',
    choices: ['encrypted-disk', 'environment', 'platform-proves', 'network-trusted'],
    right: 'platform-proves',
    exercise: 'first-token',
    flow: { isStep: steps.tokenIssued, act: wholeWay },
  },
  {
    id: 'imds-passwords',
    choices: ['first-start', 'token-only', 'every-request'],
    right: 'token-only',
    exercise: 'first-token',
    flow: { isStep: steps.secretRead, act: wholeWay },
  },
  {
    id: 'second-request',
    choices: ['entra-again', 'vault-remembers', 'imds-cache'],
    right: 'imds-cache',
    exercise: 'first-token',
    flow: { isStep: steps.givenFromCache, act: askTwice },
  },
  {
    id: 'who-signs',
    choices: ['imds', 'entra', 'vault', 'machine'],
    right: 'entra',
    exercise: 'claims',
    flow: { isStep: steps.tokenIssued, act: wholeWay },
  },
  {
    id: 'vault-validates',
    choices: ['token-issued', 'first-request', 'second-request', 'after-answer'],
    right: 'second-request',
    exercise: 'claims',
    flow: { isStep: steps.secretRead, act: wholeWay },
  },
  {
    id: 'not-enabled',
    choices: ['vault-403', 'entra-401', 'token-without-roles', 'imds-400'],
    right: 'imds-400',
    exercise: 'role',
    flow: { isStep: steps.noIdentity, act: askAsNobody },
  },
  {
    id: 'who-decides',
    choices: ['entra-token', 'vault-assignments', 'imds-identity'],
    right: 'vault-assignments',
    exercise: 'role',
    flow: { isStep: steps.secretRead, act: wholeWay },
  },
  {
    id: 'challenge',
    choices: ['denied', 'expired', 'challenge'],
    right: 'challenge',
    exercise: 'audience',
    flow: { isStep: steps.challenged, act: wholeWay },
  },
  {
    id: 'token-for-storage',
    choices: ['same-tenant', 'other-audience', 'with-role'],
    right: 'other-audience',
    exercise: 'audience',
    flow: { isStep: steps.vaultTokenAtBlob, act: askBlobStorage },
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
    flow: { isStep: steps.severalIdentities },
  },
  {
    id: 'metadata-header',
    choices: ['password', 'ssrf', 'api-version'],
    right: 'ssrf',
    exercise: 'ssrf',
    flow: { isStep: steps.withoutHeader, act: askWithoutHeader },
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
    flow: { isStep: steps.givenToFunction, act: askAppService, needs: ['func-app01'] },
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
    flow: { isStep: steps.readElsewhere, act: takeElsewhere, needs: ['outsider', 'isolation'] },
  },
  {
    id: 'old-key',
    choices: ['invalid-at-once', 'still-valid', 'signed-anew'],
    right: 'still-valid',
    exercise: 'key-rotation',
    flow: { isStep: steps.readWithOldKey },
  },
  {
    id: 'other-tenant',
    choices: ['network', 'role', 'issuer'],
    right: 'issuer',
    exercise: 'tenants',
    flow: { isStep: steps.foreignTokenRefused, act: askOtherTenant, needs: ['foreign vault'] },
  },
  {
    id: 'other-subscription',
    choices: ['own-identity', 'nothing-but-role', 'peering'],
    right: 'nothing-but-role',
    exercise: 'tenants',
    flow: { isStep: steps.readAcrossSubscriptions, act: wholeWay, needs: ['two subscriptions'] },
  },
  {
    id: 'who-renews',
    choices: ['you-yearly', 'platform', 'nobody'],
    right: 'platform',
    exercise: 'client-secret',
    flow: { isStep: steps.tokenIssued, act: wholeWay },
  },
  {
    id: 'what-to-retry',
    choices: ['everything', 'busy-and-broken', 'nothing'],
    right: 'busy-and-broken',
    exercise: 'imds-failing',
    flow: { isStep: steps.failedForNow, act: askUntilItWorks },
  },
];
