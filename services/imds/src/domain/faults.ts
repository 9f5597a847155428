import { AzureError } from '@lab/shared/azure-error.ts';
import { type FaultAnswers, type FaultList, faultList } from '@lab/shared/faults/index.ts';
import { pathUnknown, temporarilyUnavailable, tokenUnobtainable } from './failures.ts';

/**
 * How IMDS fails, as its pages say: 404 and 410 while it is updated, 429 for more than it takes, 500 and 503.
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
 */
const ANSWERS: FaultAnswers = {
  404: { error: pathUnknown },
  410: { error: () => new AzureError({ kind: 'gone', code: 'gone', message: 'Gone' }) },
  429: {
    error: () => new AzureError({ kind: 'throttled', code: 'too_many_requests', message: 'Too many requests' }),
  },
  500: { error: () => tokenUnobtainable('a fault that was set') },
  503: { error: () => temporarilyUnavailable('a fault that was set') },
};

const OPERATIONS = ['GetManagedIdentityToken', 'GetIdentityInfo', 'GetInstanceMetadata', 'GetVersions'] as const;

/** Faults of IMDS, or of its like in App Service, which has tokens alone. */
export const imdsFaults = (service: 'imds' | 'appservice'): FaultList =>
  faultList({ service, operations: service === 'imds' ? OPERATIONS : OPERATIONS.slice(0, 1), answers: ANSWERS });
