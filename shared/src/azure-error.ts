/**
 * The one error model. The domain throws an `AzureError`; the `wire.ts` of a service turns it into that service's bytes.
 * Tokens, keys and secret values appear in none of its parts.
 */

/** Neutral names for what went wrong; `http/status.ts` maps each to one status. */
export type ErrorKind =
  | 'invalid' // 400
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404
  | 'method_not_allowed' // 405
  | 'conflict' // 409
  | 'gone' // 410
  | 'length_required' // 411
  | 'precondition_failed' // 412
  | 'too_large' // 413
  | 'range_not_satisfiable' // 416
  | 'throttled' // 429
  | 'header_too_large' // 431
  | 'internal' // 500
  | 'not_implemented' // 501
  | 'bad_gateway' // 502
  | 'unavailable' // 503
  | 'gateway_timeout'; // 504

export type Failure = {
  readonly kind: ErrorKind;
  /** Azure's word, to the letter. */
  readonly code: string;
  /** What the caller reads. */
  readonly message: string;
  /** What only the log reads. */
  readonly detail?: string | undefined;
  /** Further members of the wire error that only some codes have, such as Key Vault's `innererror` code. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
};

export class AzureError extends Error {
  override readonly name = 'AzureError';
  readonly kind: ErrorKind;
  readonly code: string;
  readonly detail: string | undefined;
  readonly extra: Readonly<Record<string, string>>;

  constructor({ kind, code, message, detail, extra, cause }: Failure) {
    super(message, { cause });
    this.kind = kind;
    this.code = code;
    this.detail = detail;
    this.extra = extra ?? {};
  }
}
