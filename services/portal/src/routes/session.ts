import { z } from 'zod';
import { beginSession, callerOf, type Door, endSession } from '../access.ts';
import { SessionBody } from '../domain/caller.ts';
import { onlyJson } from '../guards.ts';
import { jsonBody } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     GET    /lab/v1/session            200 { role, participant? }
 *     POST   /lab/v1/session { code? }  200 the same, and a cookie
 *     DELETE /lab/v1/session            204
 */
export const sessionOperations = (door: Door): Operation[] => [
  operation({
    method: 'get',
    path: '/session',
    operationId: 'getSession',
    summary: 'Who asks',
    access: 'open',
    answers: { 200: { description: 'Who it is.', body: SessionBody } },
    handle: (_input, req, res) => {
      res.json(callerOf(door, req) ?? ({ role: 'none' } satisfies SessionBody));
    },
  }),
  operation({
    method: 'post',
    path: '/session',
    operationId: 'signIn',
    summary: 'A session for the page, by the code of who opens it; on a machine of their own without one',
    access: 'open',
    body: Code,
    before: [onlyJson, jsonBody],
    answers: {
      200: { description: 'Who it is now, with the cookie of the session.', body: SessionBody },
      401: { description: 'Nobody has this code, or one is needed.', body: ErrorBody },
      429: { description: 'Too many wrong codes were tried.', body: ErrorBody },
    },
    handle: async (_input, req, res) => {
      const { code } = Code.parse(req.body ?? {});
      const caller = await door.signIn.withCode(code);
      beginSession(door, caller, req, res);
      res.json(caller satisfies SessionBody);
    },
  }),
  operation({
    method: 'delete',
    path: '/session',
    operationId: 'signOut',
    summary: 'Ends the session of the page',
    access: 'open',
    answers: { 204: { description: 'There is none any more.' } },
    handle: (_input, req, res) => {
      endSession(door, req, res);
      res.status(204).end();
    },
  }),
];

const Code = z.strictObject({
  code: z.string().max(100).optional().meta({ description: "The lab's token, or what a participant was given." }),
});
