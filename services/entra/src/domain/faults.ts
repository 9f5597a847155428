import type { ErrorKind } from '@lab/shared/azure-error.ts';
import { type FaultAnswers, type FaultList, faultList } from '@lab/shared/faults/index.ts';
import { failing } from './aadsts.ts';

const failure = (number: number, kind: ErrorKind, message: string, error = 'temporarily_unavailable') => ({
  error: () => failing(number, error, message, kind),
});

/**
 * How Entra's sign-in fails.
 * @see https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const ANSWERS: FaultAnswers = {
  429: failure(90055, 'throttled', 'There are too many incoming requests.'),
  500: failure(
    50000,
    'internal',
    'There was an error issuing a token or an issue with our sign-in service.',
    'server_error',
  ),
  502: failure(90024, 'bad_gateway', 'A transient error has occurred. Please try again.'),
  503: failure(90033, 'unavailable', 'A transient error has occurred. Please try again.'),
  504: failure(90024, 'gateway_timeout', 'A transient error has occurred. Please try again.'),
};

const SIGN_IN = ['IssueToken', 'DiscoverInstance', 'GetOpenIdConfiguration', 'GetKeys'];

/** Faults of sign-in and of Microsoft Graph, which are one service here. */
export const entraFaults = (graphOperations: readonly string[]): FaultList =>
  faultList({ service: 'entra', operations: [...SIGN_IN, ...graphOperations], answers: ANSWERS });
