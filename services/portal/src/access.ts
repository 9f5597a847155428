import { createHash, timingSafeEqual } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import type { Request, RequestHandler } from 'express';
import type { PageSessions } from './domain/page-sessions.ts';
import { onlyOwnOrigin } from './guards.ts';

/** Not `__Host-`: that wants HTTPS, and the page is plain HTTP on loopback. */
export const SESSION_COOKIE = 'lab-session';

/**
 * Who may call the lab API: a program that presents the lab's token, or the page, by its session.
 *
 * A browser sends no `Authorization` of its own accord, so a token needs no look at the origin. A cookie it does send, to
 * every port of this machine, and `SameSite` does not tell ports apart: so the browser's word on the origin counts as well.
 */
export function labAccess({ token, sessions }: { token: string; sessions: PageSessions }): RequestHandler {
  const isOurs = presents(token);
  return (req, res, next) => {
    if (repeatedHeaders(req, ['authorization', 'cookie']).length > 0) throw unauthenticated();
    if (req.headers.authorization !== undefined) {
      if (!isOurs(req)) throw unauthenticated();
      return next();
    }
    if (!sessions.has(sessionOf(req) ?? '')) throw unauthenticated();
    const site = req.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') throw foreign();
    return onlyOwnOrigin(req, res, next);
  };
}

/** What everybody may ask of the page, from the page itself or by hand; and programs, which have no origin, by the token. */
export function openAccess(token: string): RequestHandler {
  const isOurs = presents(token);
  return (req, res, next) => {
    const once = repeatedHeaders(req, ['authorization']).length === 0;
    return once && isOurs(req) ? next() : onlyOwnOrigin(req, res, next);
  };
}

function presents(token: string): (req: Request) => boolean {
  const expected = sha256(token);
  return ({ headers: { authorization = '' } }) => {
    const [, presented] = /^Bearer +([\w-]+)$/i.exec(authorization) ?? [];
    // Hashes have one length, and their comparison takes the same time wherever they differ.
    return presented !== undefined && timingSafeEqual(sha256(presented), expected);
  };
}

/**
 * Gives a browser that loads the page its session. A foreign page can load it too, as an image a hundred times, which would
 * end the sessions of the pages that are open: so only what is opened as a document gets one.
 */
export const openSession =
  (sessions: PageSessions): RequestHandler =>
  (req, res, next) => {
    const isPage = req.method === 'GET' && (req.path === '/' || req.path === '/index.html');
    const isDocument = (req.headers['sec-fetch-dest'] ?? 'document') === 'document';
    if (isPage && isDocument && !sessions.has(sessionOf(req) ?? '')) {
      res.cookie(SESSION_COOKIE, sessions.open(), { httpOnly: true, sameSite: 'strict', path: '/' });
    }
    next();
  };

function sessionOf(req: Request): string | undefined {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === SESSION_COOKIE) return value;
  }
  return undefined;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const unauthenticated = () =>
  new AzureError({
    kind: 'unauthenticated',
    code: 'Unauthenticated',
    message: "Present the lab's token: 'Authorization: Bearer …'. It is shown by: npm run lab -- token",
  });

const foreign = () =>
  new AzureError({
    kind: 'forbidden',
    code: 'OriginNotAllowed',
    message: "The header 'Sec-Fetch-Site' is not 'same-origin'.",
  });
