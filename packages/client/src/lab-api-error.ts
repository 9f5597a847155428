/** What the lab API refused, in its own words. */
export class LabApiError extends Error {
  override readonly name = 'LabApiError';
  readonly status: number;
  /** `BadRequest`, `Unauthenticated`, …; `UnexpectedAnswer` where the answer was none of the lab API's. */
  readonly code: string;

  constructor({ status, code, message }: { status: number; code: string; message: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
