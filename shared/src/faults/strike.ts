import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { describe, detailsOf } from '../events.ts';
import type { AccessToken } from '../tokens/claims.ts';
import { cutInHalf, cutOff, holdBack } from './damage.ts';
import type { Fault } from './fault.ts';
import type { FaultAnswers, FaultList } from './fault-list.ts';

type Struck = { readonly faults: FaultList; readonly answers: FaultAnswers; fault?: Fault };

/**
 * Mounted where a service begins: faults of the whole service strike here, those for an operation or a caller as soon as
 * they are known, each request at most once.
 * @param answers Of a part of the service that fails in words of its own.
 */
export const faultsAt =
  (faults: FaultList, answers: FaultAnswers = faults.answers): RequestHandler =>
  (_req, res, next) => {
    res.locals.faults = { faults, answers } satisfies Struck;
    strike(res);
    next();
  };

/** The first line of an operation: names it in the event, and lets a fault strike that is meant for it. */
export function begin(res: Response, operation: string): void {
  describe(res, { operation });
  strike(res);
}

/**
 * Lets a fault strike for which enough is known by now: what the event of the request says, and the caller's token.
 * @param alsoCalled Further names of who asks.
 * @throws what the fault answers with, or what `faultsEnd` knows to be answered.
 */
export function strike(res: Response, ...alsoCalled: string[]): void {
  const struck: Struck | undefined = res.locals.faults;
  if (!struck || struck.fault) return;
  const { operation } = detailsOf(res);
  const fault = struck.faults.take({ operation, callers: [...callersOf(res), ...alsoCalled] });
  if (!fault) return;
  struck.fault = fault;
  describe(res, { fault: fault.id });
  const { cut, halfBody, delayMs, status, contentType } = fault.effect;
  if (cut) {
    cutOff(res, delayMs);
    throw new Answered();
  }
  if (halfBody) cutInHalf(res);
  if (delayMs !== undefined) holdBack(res, delayMs);
  const answer = status === undefined ? undefined : struck.answers[status];
  setRetryAfter(res, fault, answer?.retryAfterSeconds);
  if (contentType !== undefined) {
    answerInPlace(res, status ?? 200, contentType);
    throw new Answered();
  }
  if (status === undefined) return;
  if (!answer) throw new Error(`no answer for the status ${status} of a fault`);
  throw answer.error();
}

/** Whether the answer is a fault's, which says of itself when to come again. */
export const isStruck = (res: Response): boolean => (res.locals.faults as Struck | undefined)?.fault !== undefined;

/** Mounted before the error handler of a service: what a fault has answered already is no error. */
export const faultsEnd: ErrorRequestHandler = (thrown, _req, _res, next) => {
  if (!(thrown instanceof Answered)) next(thrown);
};

/** Ends a request that has its answer, or none at all. */
class Answered extends Error {
  override readonly name = 'Answered';
}

function setRetryAfter(res: Response, { effect }: Fault, ofService: number | undefined): void {
  const seconds = effect.retryAfterSeconds === undefined ? ofService : effect.retryAfterSeconds;
  if (effect.status !== undefined && seconds !== undefined && seconds !== null) {
    res.setHeader('Retry-After', String(seconds));
  }
}

/** Every name that the caller is known by. */
function callersOf(res: Response): string[] {
  const { virtualMachine, site, principalId, clientId } = detailsOf(res);
  const token: AccessToken | undefined = res.locals.caller;
  return [virtualMachine, site, principalId, clientId, token?.xms_mirid?.split('/').at(-1)].filter(
    (name) => name !== undefined,
  );
}

/** What a captive portal or a proxy would say. No header of the service is in it. */
function answerInPlace(res: Response, status: number, contentType: string): void {
  for (const name of res.getHeaderNames()) if (name !== 'retry-after') res.removeHeader(name);
  const text = 'This is not the service that was asked for.';
  const body = contentType.endsWith('/html')
    ? `<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><p>${text}</p></body></html>\n`
    : `${text}\n`;
  res.statusCode = status;
  res.setHeader('Content-Type', contentType);
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
}
