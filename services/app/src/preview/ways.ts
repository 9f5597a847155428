import type { IncomingMessage } from 'node:http';

export type Header = readonly [name: string, value: string];

/** What came of a request: an answer, or why there is none. */
export type Sent =
  | { readonly status: number; readonly contentType?: string; readonly body: string }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Sends a GET to a name of the lab, follows no redirect, and reads so much and no more. Does not reject. */
export type SendRequest = (url: string, headers: readonly Header[]) => Promise<Sent>;

/** How a path of the page fetches: the headers that it sends along. */
type Way = (caller: Pick<IncomingMessage, 'rawHeaders' | 'socket'>, query: URLSearchParams) => readonly Header[];

/** Nobody but a program on the machine can add `Metadata: true`: a page that fetches plainly does not get past IMDS. */
const plain: Way = () => [];

/**
 * A proxy passes on what the caller sent, `Metadata: true` too, and adds for whom it asks: no program on the machine would,
 * so IMDS refuses what has it.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
const forwarding: Way = ({ rawHeaders, socket }) => {
  const headers = pairs(rawHeaders);
  const named = headers
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase()));
  const kept = headers.filter(
    ([name]) => !OF_ONE_CONNECTION.has(name.toLowerCase()) && !named.includes(name.toLowerCase()),
  );
  const before = headers
    .filter(([name]) => name.toLowerCase() === FORWARDED_FOR.toLowerCase())
    .map(([, value]) => value);
  return [...kept, [FORWARDED_FOR, [...before, socket.remoteAddress ?? 'unknown'].join(', ')]];
};

/** The hole: whoever chooses the address chooses the headers as well, and IMDS cannot tell it from the program. */
const asTold: Way = (_caller, query) =>
  query.getAll('header').map((line) => {
    const [name = '', ...rest] = line.split(':');
    return [name.trim(), rest.join(':').trim()];
  });

export const WAYS: Readonly<Record<string, Way>> = { '/preview': plain, '/proxy': forwarding, '/fetch': asTold };

const FORWARDED_FOR = 'X-Forwarded-For';
const OF_ONE_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['host', 'content-length', 'expect', 'accept-encoding', 'x-forwarded-for'],
]);

const pairs = (raw: readonly string[]): Header[] =>
  Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? '']);
