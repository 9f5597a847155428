import { AzureError, type ErrorKind } from '../azure-error.ts';

/** HTTP status of each kind of error. */
export const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  length_required: 411,
  precondition_failed: 412,
  too_large: 413,
  range_not_satisfiable: 416,
  throttled: 429,
  header_too_large: 431,
  internal: 500,
  not_implemented: 501,
  bad_gateway: 502,
  unavailable: 503,
  gateway_timeout: 504,
};

/**
 * Any thrown value as an `AzureError`.
 *
 * What Express and its body parsers throw carries a 4xx `status` and keeps it, under the kind of that status and with
 * `code` = `codes[kind]`. Anything else is a stranger: `internal`, with the cause kept for the log only.
 *
 * @param codes The service's own words for faults that are found before its routes run; `invalid` is the fallback.
 */
export function asAzureError(thrown: unknown, codes: Partial<Record<ErrorKind, string>> = {}): AzureError {
  if (thrown instanceof AzureError) return thrown;
  const status = statusOf(thrown);
  if (status !== undefined && status >= 400 && status < 500) {
    const kind = KIND_OF_STATUS.get(status) ?? 'invalid';
    const code = codes[kind] ?? codes.invalid ?? 'BadRequest';
    return new AzureError({ kind, code, message: CLIENT_FAULT[kind] ?? 'The request is malformed.', cause: thrown });
  }
  const code = codes.internal ?? 'InternalServerError';
  return new AzureError({ kind: 'internal', code, message: 'An internal error occurred.', cause: thrown });
}

/** Sentences of our own: a parser's message may quote the body, and with it a secret. */
const CLIENT_FAULT: Partial<Record<ErrorKind, string>> = {
  invalid: 'The request body or URI is malformed.',
  too_large: 'The request body is too large.',
};

const KIND_OF_STATUS = new Map(Object.entries(STATUS).map(([kind, status]) => [status, kind as ErrorKind]));

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return undefined;
  return typeof thrown.status === 'number' ? thrown.status : undefined;
}
