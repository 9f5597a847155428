import { AzureError } from '@lab/shared/azure-error.ts';

/** A request that can be sent again as it is. @param detail For the log. */
export const unavailable = (detail: string): AzureError =>
  new AzureError({
    kind: 'unavailable',
    code: 'ServiceUnavailable',
    message: 'The vault cannot be reached at the moment. Please retry later.',
    detail,
  });
