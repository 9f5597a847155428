import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import type { AccessToken } from '../tokens/claims.ts';

/** The token of an `Authorization: Bearer …` header. The scheme is compared without case (RFC 9110, section 11.1). */
export type Credentials = { readonly scheme: 'bearer'; readonly token: string } | { readonly scheme: 'none' | 'other' };

export function credentialsOf(req: IncomingMessage): Credentials {
  const header = req.headers.authorization?.trim();
  if (!header) return { scheme: 'none' };
  const [, token] = /^bearer +(\S+)$/i.exec(header) ?? [];
  return token === undefined ? { scheme: 'other' } : { scheme: 'bearer', token };
}

/** Keeps the verified token for the routes behind an authentication middleware. */
export function setCaller(res: Response, token: AccessToken): void {
  res.locals.caller = token;
}

/** The verified caller. Throws when no authentication was mounted before the route, so no route can forget it. */
export function callerOf(res: Response): AccessToken {
  const caller: AccessToken | undefined = res.locals.caller;
  if (!caller) throw new Error('route mounted without authentication');
  return caller;
}
