import type { ServerResponse } from 'node:http';

/** How a request is refused. */
export type Refusal = {
  readonly status: 400 | 401 | 403 | 503;
  readonly code: string;
  readonly message: string;
  /** `WWW-Authenticate`: what kind of token would do, and what is wrong with this one. */
  readonly challenge?: string;
};

/** No token at all: RFC 6750 has no error code for that. */
export const tokenMissing = (audience: string): Refusal => ({
  status: 401,
  code: 'TokenMissing',
  message: 'This API needs an access token: Authorization: Bearer <token>.',
  challenge: `Bearer realm="${quotable(audience)}"`,
});

export const tokenRepeated: Refusal = {
  status: 400,
  code: 'InvalidRequest',
  message: 'The header Authorization is there more than once.',
  challenge: challengeOf('invalid_request', 'The header Authorization is there more than once.'),
};

export const tokenRefused = (message: string): Refusal => ({
  status: 401,
  code: 'InvalidToken',
  message,
  challenge: challengeOf('invalid_token', message),
});

export function roleMissing(roles: readonly string[]): Refusal {
  const message = `The caller needs one of these app roles: ${roles.join(', ')}.`;
  return { status: 403, code: 'RoleMissing', message, challenge: challengeOf('insufficient_scope', message) };
}

export const keysUnavailable: Refusal = {
  status: 503,
  code: 'KeysUnavailable',
  message: 'The keys that tokens are verified with cannot be fetched. Try again.',
};

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
export function refuse(res: ServerResponse, { status, code, message, challenge }: Refusal): void {
  const body = JSON.stringify({ error: { code, message } });
  res.statusCode = status;
  if (challenge !== undefined) res.setHeader('WWW-Authenticate', challenge);
  if (status === 503) res.setHeader('Retry-After', '1');
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}

function challengeOf(error: string, description: string): string {
  return `Bearer error="${error}", error_description="${quotable(description)}"`;
}

/** What may stand between quotes there. */
function quotable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, "'");
}
