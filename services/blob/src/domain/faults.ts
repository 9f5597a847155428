import { AzureError } from '@lab/shared/azure-error.ts';
import { type FaultAnswers, type FaultList, faultList } from '@lab/shared/faults/index.ts';
import { refuse } from './failures.ts';
import { OPERATION_NAMES } from './operation.ts';

/**
 * How Blob Storage fails: mostly with ServerBusy, which is what it says instead of 429.
 * @see https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
 */
const ANSWERS: FaultAnswers = {
  429: {
    error: () =>
      new AzureError({ kind: 'throttled', code: 'TooManyRequests', message: 'Too many requests were received.' }),
    retryAfterSeconds: 1,
  },
  500: {
    error: () =>
      new AzureError({
        kind: 'internal',
        code: 'InternalError',
        message: 'The server encountered an internal error. Please retry the request.',
        cause: 'a fault that was set',
      }),
  },
  503: { error: () => refuse('ServerBusy') },
};

export const blobFaults = (): FaultList =>
  faultList({ service: 'blob', operations: OPERATION_NAMES, answers: ANSWERS });
