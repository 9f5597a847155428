import type { ErrorKind } from '@lab/shared/azure-error.ts';
import { type FaultAnswers, type FaultList, faultList } from '@lab/shared/faults/index.ts';
import { ACTIONS } from './actions.ts';
import { ArmError } from './errors.ts';

const failure = (kind: ErrorKind, code: string, message: string) => () =>
  new ArmError({ kind, code, message, cause: 'a fault that was set' });

/**
 * How Resource Manager fails.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
const ANSWERS: FaultAnswers = {
  429: {
    error: failure(
      'throttled',
      'SubscriptionRequestsThrottled',
      "Number of requests exceeded. Please try again after '1' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.",
    ),
    retryAfterSeconds: 1,
  },
  500: { error: failure('internal', 'InternalServerError', 'An internal error occurred.') },
  502: { error: failure('bad_gateway', 'BadGateway', 'The resource provider gave an answer that is not valid.') },
  503: {
    error: failure('unavailable', 'ServerTimeout', 'The request timed out. Diagnostic information: try again later.'),
  },
  504: {
    error: failure(
      'gateway_timeout',
      'GatewayTimeout',
      'The gateway did not receive a response from the resource provider within the specified time period.',
    ),
  },
};

export const armFaults = (): FaultList => faultList({ service: 'arm', operations: ACTIONS, answers: ANSWERS });
