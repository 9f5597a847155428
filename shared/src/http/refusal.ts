import { STATUS_CODES } from 'node:http';

/** What a listener has to refuse, or to give up, without its app. */
export type RefusalStatus = 400 | 408 | 431 | 500;

/** Headers and body of such an answer, in the error format of the service. */
export type Refusal = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

const WORDS: Readonly<Record<RefusalStatus, readonly [code: string, message: string]>> = {
  400: ['BadRequest', 'The request is malformed.'],
  408: ['RequestTimeout', 'The request did not arrive in time.'],
  431: ['RequestHeaderFieldsTooLarge', 'The request headers are too large.'],
  500: ['InternalServerError', 'An internal error occurred.'],
};

/** `{ error: { code, message } }`: the words of a listener that has none of its own. */
export function plainRefusal(status: RefusalStatus): Refusal {
  const [code, message] = WORDS[status];
  return {
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: { code, message } }),
  };
}

/** The whole answer as bytes, for a connection that has no response object. It is the last one on that connection. */
export function refusalBytes(status: RefusalStatus, refusal: Refusal): string {
  const head = Object.entries(closing(refusal)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${refusal.body}`;
}

/** The headers of a refusal, with its length and the end of the connection. */
export const closing = ({ headers, body }: Refusal): Readonly<Record<string, string>> => ({
  ...headers,
  'Content-Length': String(Buffer.byteLength(body)),
  Connection: 'close',
});
