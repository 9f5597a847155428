import { AzureError } from '@lab/shared/azure-error.ts';
import { type FaultAnswers, type FaultList, faultList } from '@lab/shared/faults/index.ts';
import { SECRET_OPERATIONS } from '@lab/shared/policy/access-policies.ts';

/**
 * How Key Vault fails. Its clients for JavaScript try a 429 again only where they are told when.
 * @see https://learn.microsoft.com/azure/key-vault/general/overview-throttling
 */
const ANSWERS: FaultAnswers = {
  429: {
    error: () =>
      new AzureError({
        kind: 'throttled',
        code: 'Throttled',
        message:
          'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
      }),
    retryAfterSeconds: 1,
  },
  500: {
    error: () =>
      new AzureError({
        kind: 'internal',
        code: 'InternalServerError',
        message: 'An internal error occurred.',
        cause: SET,
      }),
  },
  503: {
    error: () =>
      new AzureError({
        kind: 'unavailable',
        code: 'ServiceUnavailable',
        message: 'The vault cannot be reached at the moment. Please retry later.',
        detail: SET,
      }),
    retryAfterSeconds: 1,
  },
};

const SET = 'a fault that was set';

export const keyvaultFaults = (): FaultList =>
  faultList({ service: 'keyvault', operations: SECRET_OPERATIONS, answers: ANSWERS });
