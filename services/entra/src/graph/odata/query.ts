import { queryOf } from '@lab/shared/http/request.ts';
import type { Request } from 'express';
import { badQuery, badRequest } from '../failures.ts';
import { type Filter, parseFilter } from './filter.ts';

/** The options of a list or of one object. */
export type ODataQuery = {
  readonly filter: Filter | undefined;
  /** Names of the properties that are wanted; undefined: all. */
  readonly select: readonly string[] | undefined;
  readonly top: number;
  readonly count: boolean;
  /** Id after which the page begins. */
  readonly after: string;
  /** Whether texts are searched for; `"displayName:x"`. */
  readonly search: { readonly property: string; readonly text: string } | undefined;
};

const PAGE = 100;
const MOST = 999;

/**
 * `$filter`, `$select`, `$top`, `$count`, `$search` and the `$skiptoken` of a next link. `$orderby` and `$expand` are taken
 * and not followed; `ConsistencyLevel` is not asked for.
 * @throws BadRequest for a repeated or malformed option, or an unknown one that begins with `$`.
 */
export function parseQuery(req: Request): ODataQuery {
  const query = queryOf(req);
  const [repeated] = query.repeated;
  if (repeated !== undefined)
    throw badQuery(
      `Query option '${repeated.slice(0, 64)}' was specified more than once, but it must be specified at most once.`,
    );
  const filter = query.get('$filter');
  const top = query.get('$top');
  const select = query.get('$select');
  return {
    filter: filter === undefined ? undefined : parseFilter(filter),
    select: select === undefined || select.trim() === '' ? undefined : parseSelect(select),
    top: top === undefined ? PAGE : parseTop(top),
    count: query.get('$count')?.toLowerCase() === 'true',
    after: parseSkipToken(query.get('$skiptoken')),
    search: parseSearch(query.get('$search')),
  };
}

function parseTop(text: string): number {
  const top = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (top < 1 || top > MOST) {
    throw badRequest(`Invalid page size specified: '${text.slice(0, 16)}'. Must be between 1 and ${MOST} inclusive.`);
  }
  return top;
}

function parseSelect(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !/^[A-Za-z@*][\w.@/]{0,127}$/.test(name));
  if (wrong !== undefined) throw badQuery("Parsing OData Select and Expand failed: Syntax error in '$select'.");
  return names.includes('*') ? [] : names;
}

/** `$search="displayName:text"` */
function parseSearch(text: string | undefined): ODataQuery['search'] {
  if (text === undefined) return undefined;
  const [, property, searched] = /^"(\w+):(.{1,256})"$/.exec(text) ?? [];
  if (property === undefined || searched === undefined) throw badQuery('Syntax error in the $search clause.');
  return { property, text: searched.toLowerCase() };
}

export const toSkipToken = (id: string): string => Buffer.from(JSON.stringify({ after: id })).toString('base64url');

function parseSkipToken(token: string | undefined): string {
  if (token === undefined) return '';
  const [, id] = /^\{"after":"([\w-]{1,64})"\}$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (id === undefined) throw badQuery('The specified page token value is invalid or malformed.');
  return id;
}
