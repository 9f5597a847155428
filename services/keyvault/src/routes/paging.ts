import { queryOf } from '@lab/shared/http/request.ts';
import type { Request, Response } from 'express';
import type { PageRequest } from '../domain/secret.ts';
import { badParameter } from '../domain/secret-failures.ts';
import { atOf } from './request-vault.ts';

const MOST = 25;

/**
 * Answers with one page of a list, and a link to the next one.
 *
 * The link is made of the request's own Host header: clients follow it verbatim, and newer ones refuse one that leads to
 * another origin than the one they asked.
 * @param path Of the list, as it stands in the link.
 * @param rows Reads up to `limit` rows after a marker.
 * @param markerOf What the rows are ordered by.
 */
export function sendPage<Row>(
  req: Request,
  res: Response,
  path: string,
  {
    rows,
    markerOf,
    toItem,
  }: { rows: (page: PageRequest) => readonly Row[]; markerOf: (row: Row) => string; toItem: (row: Row) => object },
): void {
  const query = queryOf(req);
  const maxResults = query.get('maxresults');
  const size = parseMaxResults(maxResults);
  const found = rows({ after: parseSkipToken(query.get('$skiptoken')), limit: size + 1 });
  const page = found.slice(0, size);
  const last = page.at(-1);
  const hasNext = found.length > size && last !== undefined;
  const link = () =>
    `${atOf(res).origin}${path}?api-version=${encodeURIComponent(query.get('api-version') ?? '')}` +
    `&$skiptoken=${encodeURIComponent(toSkipToken(markerOf(last as Row)))}` +
    (maxResults === undefined ? '' : `&maxresults=${size}`);
  res.json({ value: page.map(toItem), nextLink: hasNext ? link() : null });
}

function parseMaxResults(text: string | undefined): number {
  if (text === undefined) return MOST;
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > MOST) {
    throw badParameter(`The query parameter 'maxresults' has an invalid value: it must be between 1 and ${MOST}.`);
  }
  return size;
}

/** Opaque to clients. The shape is Azure's: base64 of JSON, with the marker inside, in base64 again. */
function toSkipToken(marker: string): string {
  const inner = Buffer.from(`secret/${marker}`).toString('base64');
  const token = { NextMarker: `2!${inner.length}!${inner}`, TargetLocation: 0 };
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

function parseSkipToken(token: string | undefined): string {
  if (token === undefined) return '';
  const [, inner] = /"NextMarker":"2!\d+!([\w+/=]+)"/.exec(Buffer.from(token, 'base64').toString()) ?? [];
  const [, marker] = /^secret\/([0-9A-Za-z-]{1,127})$/.exec(Buffer.from(inner ?? '', 'base64').toString()) ?? [];
  if (marker === undefined) throw badParameter("The query parameter '$skiptoken' has an invalid value.");
  return marker;
}
