import { queryOf } from '@lab/shared/http/request.ts';
import express, { type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import {
  ArmError,
  invalidApiVersion,
  invalidQuery,
  invalidRequestContent,
  missingApiVersion,
} from '../domain/errors.ts';

/** Options of a query that mean something somewhere; twice, they would mean two things. */
const OPTIONS = ['api-version', '$filter', '$top', '$skiptoken', '$expand', '$select', '$orderby'];

/**
 * The form of a request, before any routing: an api-version, no option twice, a path whose segments say one thing only.
 * Each client pins an api-version of its own and raises it every few months, so that any date is taken.
 */
export const requestForm: RequestHandler = (req, _res, next) => {
  req.url = singleSlashes(req.url);
  for (const segment of (req.url.split('?', 1)[0] ?? '').split('/')) checkSegment(segment);
  const query = queryOf(req);
  const repeated = query.repeated.find((name) => OPTIONS.includes(name));
  if (repeated !== undefined) throw invalidQuery(repeated, 'it occurs more than once.');
  const version = query.get('api-version');
  if (version === undefined || version === '') throw missingApiVersion();
  if (!/^\d{4}-\d{2}-\d{2}(-[a-z0-9.-]{1,32})?$/i.test(version)) throw invalidApiVersion(version);
  next();
};

/** Scopes are put into paths as they are, with a slash at either end or without. */
function singleSlashes(url: string): string {
  const [path = ''] = url.split('?', 1);
  return `${path.replaceAll(/\/{2,}/g, '/')}${url.slice(path.length)}`;
}

function checkSegment(segment: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch {
    throw malformedPath();
  }
  // A slash that comes out of the decoding would make another path of it than the one that is routed.
  if (/[/\\\p{Cc}]/u.test(decoded) || decoded === '.' || decoded === '..') throw malformedPath();
}

const malformedPath = () =>
  new ArmError({ kind: 'invalid', code: 'BadRequest', message: 'The path of the request is malformed.' });

/** HEAD asks whether something exists: 204 where GET would show it, and no body with a failure. */
export const headAsExistence: RequestHandler = (req, res, next) => {
  if (req.method === 'HEAD') {
    res.json = () => res.status(res.statusCode === 200 ? 204 : res.statusCode).end();
  }
  next();
};

/** The body as text. It is looked into after the caller has been found entitled to send it: see `bodyOf`. */
export const textBody: RequestHandler = express.text({ type: () => true, limit: '4mb', defaultCharset: 'utf-8' });

/** Deeper than any resource is, and harmless for everything that walks it. */
const DEPTH = 64;

/**
 * The JSON body of a request, checked.
 * @throws AzureError `invalid` InvalidRequestContent: no body, no JSON, or not of this shape; `target` names the member.
 */
export function bodyOf<T extends z.ZodType>(req: Request, schema: T): z.output<T> {
  const text: unknown = req.body;
  if (typeof text !== 'string' || text.trim() === '') throw invalidRequestContent('the request has no content');
  const result = schema.safeParse(jsonOf(text.replace(/^\uFEFF/, '')));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const target = issue?.path.join('.') ?? '';
  throw invalidRequestContent(`${target === '' ? '' : `${target}: `}${issue?.message ?? 'unexpected content'}`, target);
}

function jsonOf(text: string): unknown {
  if (depthOf(text) > DEPTH) throw invalidRequestContent('the content is nested too deeply');
  try {
    return JSON.parse(text);
  } catch {
    throw invalidRequestContent('the content is not valid JSON'); // a parser's own message quotes the content
  }
}

/** How deep JSON is nested, before it is parsed. Goes over the text once, whatever it says: anybody may send it. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString && character === '\\') index += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return deepest;
}

/** Tags as Azure allows them: 50 at most, names to 512 and values to 256 characters. */
export const Tags = z
  .record(z.string().min(1).max(512), z.string().max(256))
  .refine((tags) => Object.keys(tags).length <= 50, 'there are more than 50 tags')
  .refine(
    (tags) => new Set(Object.keys(tags).map((name) => name.toLowerCase())).size === Object.keys(tags).length,
    'two tags have the same name',
  );
