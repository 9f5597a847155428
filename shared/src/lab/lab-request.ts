import { parseLabUrl } from './lab-names.ts';

/**
 * One request that a person lets a workload send, and what came of it. The agent and the portal check it by the same rules,
 * and the page tells a mistake before it is sent. Imports nothing but the names, for the reason they import nothing.
 */
export type LabRequest = {
  readonly method: LabMethod;
  /** One of the lab's: see `parseLabUrl`. */
  readonly url: string;
  /** In the order given; a name may occur more than once. */
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly body?: string | undefined;
};

/** The other methods of HTTP are not about requests: `CONNECT` opens a tunnel, `TRACE` sends headers back. */
export const LAB_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type LabMethod = (typeof LAB_METHODS)[number];

export type LabResponse =
  | {
      readonly status: number;
      readonly statusText: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
      /** As text; bytes that are none are replaced. */
      readonly body: string;
      /** There was more of it. */
      readonly truncated: boolean;
      readonly durationMs: number;
      /** Who answered. */
      readonly remoteAddress?: string | undefined;
    }
  /** No answer came. */
  | { readonly error: { readonly code: NoAnswer; readonly message: string }; readonly durationMs: number };

/** What stopped a request: the machine itself, the name, the network, the connection, TLS, or the answer. */
export type NoAnswer =
  | 'default-route'
  | 'no-name'
  | 'no-route'
  | 'refused'
  | 'timeout'
  | 'tls'
  | 'cut'
  | 'no-http'
  | 'failed';

export type RequestMistake = { readonly code: string; readonly message: string };

/** Characters of a body, headers of a request, and characters of a header's value: more is nothing that Azure takes here. */
export const LAB_REQUEST_LIMITS = { body: 128 * 1024, headers: 50, headerValue: 16 * 1024 } as const;

/** What a client's connection says of itself: with another value, a server would wait for what never comes. */
const FRAMING = ['connection', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/**
 * What is wrong with a request, checked before anything is sent.
 * @param value Whatever came.
 * @returns undefined where it may be sent.
 */
export function requestMistake(value: unknown): RequestMistake | undefined {
  if (!isObject(value)) return mistake('the request has to be an object.');
  const { method, url, headers = [], body = '' } = value;
  if (!LAB_METHODS.includes(method as LabMethod))
    return mistake(`the method has to be one of ${LAB_METHODS.join(', ')}.`);
  if (typeof url !== 'string' || !parseLabUrl(url)) return NOT_A_LAB_NAME;
  if (typeof body !== 'string') return mistake('the body has to be text.');
  if (body.length > LAB_REQUEST_LIMITS.body) return mistake('the body is too long.');
  if (!Array.isArray(headers)) return mistake('the headers have to be a list of names and values.');
  if (headers.length > LAB_REQUEST_LIMITS.headers) return mistake('there are too many headers.');
  for (const header of headers as unknown[]) {
    const wrong = headerMistake(header, body);
    if (wrong) return wrong;
  }
  return undefined;
}

function headerMistake(header: unknown, body: string): RequestMistake | undefined {
  if (!Array.isArray(header) || header.length !== 2) return mistake('a header has to be a name and a value.');
  const [name, value] = header as unknown[];
  if (typeof name !== 'string' || !/^[\w!#$%&'*+.^`|~-]{1,256}$/.test(name))
    return mistake('a header has no usable name.');
  if (
    typeof value !== 'string' ||
    value.length > LAB_REQUEST_LIMITS.headerValue ||
    !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)
  ) {
    return mistake(`the header '${name}' has a value that cannot be sent.`);
  }
  const lower = name.toLowerCase();
  const isOwn = FRAMING.includes(lower) || (lower === 'content-length' && value.trim() !== String(bytesIn(body)));
  return isOwn ? mistake(`the header '${name}' is the connection's own.`) : undefined;
}

const bytesIn = (text: string): number => new TextEncoder().encode(text).length;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const mistake = (what: string): RequestMistake => ({ code: 'BadRequest', message: `A request as a workload: ${what}` });

const NOT_A_LAB_NAME: RequestMistake = {
  code: 'NotALabName',
  message:
    'Workloads send requests to the names of this lab only, such as https://login.microsoftonline.com or http://169.254.169.254.',
};
