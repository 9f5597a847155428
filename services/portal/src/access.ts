import { AzureError } from '@lab/shared/azure-error.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import type { CookieOptions, Request, RequestHandler, Response } from 'express';
import { type Caller, TRAINER } from './domain/caller.ts';
import type { PageSessions } from './domain/page-sessions.ts';
import type { SignIn } from './domain/sign-in.ts';
import { setCaller } from './participants.ts';

/** Who comes in, and how they are known again. */
export type Door = { readonly signIn: SignIn; readonly sessions: PageSessions };

/** Not `__Host-`: that wants HTTPS, and the page is plain HTTP on loopback. */
const SESSION_COOKIE = 'lab-session';
const COOKIE: CookieOptions = { httpOnly: true, sameSite: 'strict', path: '/' };

/**
 * Who may call the lab API: a program that presents the lab's token, or the page, by its session.
 *
 * A browser sends no `Authorization` of its own accord, so a token needs no look at the origin. A cookie it does send, to
 * every port of this machine, and `SameSite` does not tell ports apart: so the browser's word on the origin counts as well.
 */
export function labAccess({ signIn, sessions }: Door, onlyOwnOrigin: RequestHandler): RequestHandler {
  return (req, res, next) => {
    if (repeatedHeaders(req, ['authorization', 'cookie']).length > 0) throw unauthenticated();
    if (req.headers.authorization !== undefined) {
      if (!presentsToken(signIn, req)) throw unauthenticated();
      setCaller(res, TRAINER);
      return next();
    }
    const caller = sessions.callerOf(sessionOf(req));
    if (!caller) throw unauthenticated();
    setCaller(res, caller);
    const site = req.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') throw foreign();
    return onlyOwnOrigin(req, res, next);
  };
}

/** What everybody may ask, from the page itself or by hand; and programs, which have no origin, by the token. */
export function openAccess({ signIn }: Door, onlyOwnOrigin: RequestHandler): RequestHandler {
  return (req, res, next) => {
    const once = repeatedHeaders(req, ['authorization']).length === 0;
    return once && presentsToken(signIn, req) ? next() : onlyOwnOrigin(req, res, next);
  };
}

/** The same for who has signed in, where one has to: on a person's own machine, everybody is at home. */
export function pageAccess(door: Door, onlyOwnOrigin: RequestHandler): RequestHandler {
  const open = openAccess(door, onlyOwnOrigin);
  return (req, res, next) => {
    const caller = callerOf(door, req) ?? door.signIn.withoutCode();
    if (!caller) throw unauthenticated();
    setCaller(res, caller);
    return open(req, res, next);
  };
}

/** Who asks, as far as that is known: nobody, where no operation has to know. */
export function callerOf({ signIn, sessions }: Door, req: Request): Caller | undefined {
  if (repeatedHeaders(req, ['authorization', 'cookie']).length > 0) return undefined;
  return presentsToken(signIn, req) ? TRAINER : sessions.callerOf(sessionOf(req));
}

function presentsToken({ isToken }: SignIn, { headers: { authorization = '' } }: Request): boolean {
  const [, presented] = /^Bearer +([\w-]+)$/i.exec(authorization) ?? [];
  return presented !== undefined && isToken(presented);
}

/**
 * Gives a browser that loads the page its session. A foreign page can load it too, as an image a hundred times, which would
 * end the sessions of the pages that are open: so only what is opened as a document gets one.
 */
export const openSession =
  ({ signIn, sessions }: Door): RequestHandler =>
  (req, res, next) => {
    const isPage = req.method === 'GET' && (req.path === '/' || req.path === '/index.html');
    const isDocument = (req.headers['sec-fetch-dest'] ?? 'document') === 'document';
    if (isPage && isDocument && !sessions.callerOf(sessionOf(req))) {
      const caller = signIn.withoutCode();
      if (caller) res.cookie(SESSION_COOKIE, sessions.open(caller), COOKIE);
    }
    next();
  };

/** A session of their own for who signed in, in place of the one that the browser had. */
export function beginSession({ sessions }: Door, caller: Caller, req: Request, res: Response): void {
  sessions.close(sessionOf(req));
  res.cookie(SESSION_COOKIE, sessions.open(caller), COOKIE);
}

export function endSession({ sessions }: Door, req: Request, res: Response): void {
  sessions.close(sessionOf(req));
  res.clearCookie(SESSION_COOKIE, COOKIE);
}

/** Empty, which no session is, where there is none. */
function sessionOf(req: Request): string {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === SESSION_COOKIE) return value ?? '';
  }
  return '';
}

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
