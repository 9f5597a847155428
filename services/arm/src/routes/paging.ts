import { queryOf } from '@lab/shared/http/request.ts';
import type { Request } from 'express';
import { invalidQuery } from '../domain/errors.ts';

/** As many as Resource Manager puts on a page at most. */
const PAGE = 1_000;

/** What part of a list a request asks for: at most `limit`, those after a key. */
export type PageRequest = { readonly limit: number; readonly after: string | undefined };

/** `$top` and `$skiptoken`. The token is the last key that was sent, so that nothing is skipped when the list changes. */
export function pageRequestOf(req: Request): PageRequest {
  const query = queryOf(req);
  const top = query.get('$top');
  if (top !== undefined && !/^[1-9]\d{0,5}$/.test(top)) throw invalidQuery('$top', 'it has to be a number from 1 on.');
  const token = query.get('$skiptoken');
  const after = token === undefined ? undefined : Buffer.from(token, 'base64url').toString('utf8');
  if (token !== undefined && Buffer.from(after ?? '', 'utf8').toString('base64url') !== token) {
    throw invalidQuery('$skiptoken', 'it is none that this list has given.');
  }
  return { limit: Math.min(Number(top ?? PAGE), PAGE), after };
}

/**
 * The body of a list: `{ value, nextLink? }`, ordered by key.
 *
 * @param items In any order, all of the list, or what a store gave for `{ after, limit: limit + 1 }`.
 * @param keyOf What orders the list and is unique in it: the id, compared without case.
 */
export function listBody<T>(
  req: Request,
  items: readonly T[],
  keyOf: (item: T) => string,
  toWire: (item: T) => unknown,
): { value: unknown[]; nextLink?: string } {
  const { limit, after } = pageRequestOf(req);
  const keyed = items
    .map((item) => ({ item, key: keyOf(item).toLowerCase() }))
    .filter(({ key }) => after === undefined || key > after.toLowerCase())
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = keyed.slice(0, limit);
  const last = page.at(-1);
  return {
    value: page.map(({ item }) => toWire(item)),
    ...(last && keyed.length > limit && { nextLink: nextLink(req, last.key) }),
  };
}

function nextLink(req: Request, key: string): string {
  const url = new URL(req.originalUrl.replace(/^\/+/, '/'), originOf(req));
  for (const name of [...url.searchParams.keys()]) {
    if (name.toLowerCase() === '$skiptoken') url.searchParams.delete(name);
  }
  url.searchParams.set('$skiptoken', Buffer.from(key, 'utf8').toString('base64url'));
  return url.href;
}

/** Where the client reached us: `https://management.azure.com`, or a port of this machine in the embedded lab. */
export const originOf = (req: Request): string => {
  const { host = '' } = req.headers;
  const isHost = /^[a-z0-9.-]+(:\d+)?$/i.test(host) && URL.canParse(`https://${host}`);
  return isHost ? `https://${host}` : 'https://management.azure.com';
};
