import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import { expect, it } from 'vitest';
import type { AccessToken } from '../tokens/claims.ts';
import { callerOf, credentialsOf, setCaller } from './bearer.ts';

const schemeOf = (authorization?: string) =>
  credentialsOf({ headers: authorization === undefined ? {} : { authorization } } as IncomingMessage);

it.each([
  [undefined, { scheme: 'none' }],
  ['', { scheme: 'none' }],
  ['Bearer', { scheme: 'other' }],
  ['Bearer a b', { scheme: 'other' }],
  ['Bearera', { scheme: 'other' }],
  ['Basic a', { scheme: 'other' }],
  ['bEARER  a.b.c', { scheme: 'bearer', token: 'a.b.c' }],
])('reads the header %j', (header, credentials) => expect(schemeOf(header)).toEqual(credentials));

it('has no caller where nobody was authenticated', () => {
  const res = { locals: {} } as Response;
  expect(() => callerOf(res)).toThrow('route mounted without authentication');
  const caller = { oid: 'someone' } as AccessToken;
  setCaller(res, caller);
  expect(callerOf(res)).toBe(caller);
});
