/**
 * A page of a listing: names in order, those that share a prefix up to the delimiter folded into one entry.
 */
import type { Query } from '@lab/shared/http/request.ts';
import { invalidQuery, refuse } from './failures.ts';

export type PageRequest = {
  readonly prefix: string;
  /** Empty: no folding. May be longer than one character. */
  readonly delimiter: string;
  /** The first name that may come, undefined for the beginning. */
  readonly from: string | undefined;
  readonly maxResults: number;
};

export type Page<T> = {
  readonly entries: readonly ({ readonly item: T } | { readonly prefix: string })[];
  /** Where the next page begins; undefined when this was the last. */
  readonly next: string | undefined;
};

const MAX_RESULTS = 5000;
const BATCH = 256;
/** After a prefix that did not end within a batch: what comes next may be another such. */
const SMALL_BATCH = 8;

/**
 * One page. Names are ordered by code point, which is the order of their UTF-8 bytes, so upper case comes before lower.
 * A folded prefix counts as one result; the names behind it are passed over where they have been read, and skipped where
 * they have not.
 *
 * @param read Items with `name >= from`, in order, at most `limit`. Fewer than `limit`: there are no more.
 */
export function pageOf<T extends { readonly name: string }>(
  { prefix, delimiter, from, maxResults }: PageRequest,
  read: (from: string, limit: number) => readonly T[],
): Page<T> {
  const entries: Page<T>['entries'][number][] = [];
  let position = from === undefined || Buffer.compare(Buffer.from(from), Buffer.from(prefix)) < 0 ? prefix : from;
  let size = BATCH;
  for (;;) {
    const limit = Math.min(size, maxResults - entries.length + 1);
    const batch = read(position, limit);
    let folded: string | undefined;
    for (const item of batch) {
      if (folded !== undefined && item.name.startsWith(folded)) continue;
      if (!item.name.startsWith(prefix)) return { entries, next: undefined };
      if (entries.length === maxResults) return { entries, next: item.name };
      const end = delimiter === '' ? -1 : item.name.indexOf(delimiter, prefix.length);
      folded = end < 0 ? undefined : item.name.slice(0, end + delimiter.length);
      entries.push(folded === undefined ? { item } : { prefix: folded });
    }
    if (batch.length < limit) return { entries, next: undefined };
    // The very next name there can be.
    const next = folded === undefined ? `${batch.at(-1)?.name}\0` : afterPrefix(folded);
    if (next === undefined) return { entries, next: undefined };
    position = next;
    size = folded === undefined ? Math.min(2 * size, BATCH) : SMALL_BATCH;
  }
}

/** The least text greater than everything that begins with `prefix`, by code point; undefined if there is none. */
function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last < 0x10ffff) {
      const following = last === 0xd7ff ? 0xe000 : last + 1; // surrogates are no characters
      return String.fromCodePoint(...points, following);
    }
  }
  return undefined;
}

/**
 * The page that a query asks for. Empty parameters count as absent: rclone sends `delimiter=`.
 * @throws OutOfRangeQueryParameterValue, InvalidQueryParameterValue
 */
export function parsePageRequest(query: Query): PageRequest & { readonly asked: AskedPage } {
  const given = (name: string): string | undefined => query.get(name) || undefined;
  const [prefix, delimiter, marker, maxresults] = ['prefix', 'delimiter', 'marker', 'maxresults'].map(given);
  return {
    prefix: prefix ?? '',
    delimiter: delimiter ?? '',
    from: marker === undefined ? undefined : parseMarker(marker),
    maxResults: parseMaxResults(maxresults),
    asked: { prefix, delimiter, marker, maxresults },
  };
}

/** What was in the query, for the answer to repeat. */
export type AskedPage = Readonly<Record<'prefix' | 'delimiter' | 'marker' | 'maxresults', string | undefined>>;

function parseMaxResults(text: string | undefined): number {
  if (text === undefined) return MAX_RESULTS;
  if (!/^-?\d{1,15}$/.test(text)) throw invalidQuery('maxresults', text.slice(0, 64), 'Not an integer.');
  const number = Number(text);
  if (number < 1) {
    throw refuse('OutOfRangeQueryParameterValue', {
      QueryParameterName: 'maxresults',
      QueryParameterValue: text,
      MinimumAllowed: '1',
      MaximumAllowed: String(MAX_RESULTS),
    });
  }
  return Math.min(number, MAX_RESULTS);
}

/** Markers are opaque to clients: a version, then the name that comes next. */
export const toMarker = (next: string): string => `1!${Buffer.from(next).toString('base64url')}`;

function parseMarker(marker: string): string {
  const [, encoded] = /^1!([A-Za-z0-9_-]+)$/.exec(marker) ?? [];
  if (encoded === undefined) throw invalidQuery('marker', marker.slice(0, 128), 'Not a marker of this service.');
  return Buffer.from(encoded, 'base64url').toString();
}

/** The values of `include`, lower case, known or not. */
export const includedIn = (query: Query): readonly string[] =>
  (query.get('include') ?? '')
    .split(',')
    .map((value) => value.trim().toLowerCase())
    .filter(Boolean);

/**
 * The values of `include`, lower case.
 * @throws InvalidQueryParameterValue for one that is not among `known`.
 */
export function parseInclude(query: Query, known: readonly string[]): ReadonlySet<string> {
  const values = includedIn(query);
  if (values.some((value) => !known.includes(value))) {
    throw invalidQuery('include', (query.get('include') ?? '').slice(0, 256), 'Unknown value.');
  }
  return new Set(values);
}
