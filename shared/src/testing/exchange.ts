import { type IncomingHttpHeaders, request } from 'node:http';

export type Sent = {
  readonly method?: string;
  readonly path: string;
  /** Several values are lines of their own; undefined: none of this name. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string | Uint8Array | undefined;
  /** All of 127.0.0.0/8 is this machine: another one is played by another address of it. */
  readonly localAddress?: string | undefined;
};

export type Received = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
};

/**
 * One request to a port of this machine on a connection of its own, for tests: with these headers to the letter, besides
 * `Host` where none is given. `fetch` adds headers, joins them and refuses some, `Host` and a body with GET among them.
 */
export const exchange = (
  port: number,
  { method = 'GET', path, headers = {}, body, localAddress }: Sent,
): Promise<Received> =>
  new Promise((resolve, reject) => {
    const host = '127.0.0.1';
    // A list of lines is sent as it is; from an object, the later of two names that differ in case would win.
    const lines = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [value].flat().flatMap((one) => [name, one]),
    );
    if (!Object.keys(headers).some((name) => name.toLowerCase() === 'host')) lines.push('Host', `${host}:${port}`);
    const from = localAddress === undefined ? {} : { localAddress };
    const sent = request({ host, port, method, path, headers: lines, agent: false, ...from }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const { statusCode = 0, headers, rawHeaders } = answer;
        resolve({ status: statusCode, headers, rawHeaders, text: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** An answer with its JSON in it; `body` is undefined where there is none. */
export type JsonAnswer = Received & {
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the JSON; there is nothing to check first.
  readonly body: any;
};

/** As `exchange`, for a service that speaks JSON: a payload is announced as such, unless the headers say otherwise. */
export async function exchangeJson(port: number, { headers, body, ...sent }: Sent): Promise<JsonAnswer> {
  const said = Object.keys(headers ?? {}).map((name) => name.toLowerCase());
  const announced = Object.entries({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body ?? '')),
  }).filter(([name]) => body !== undefined && !said.includes(name));
  const answer = await exchange(port, { ...sent, headers: { ...Object.fromEntries(announced), ...headers }, body });
  return { ...answer, body: jsonOf(answer) };
}

/** The JSON of an answer; undefined where there is none. */
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of the JSON; there is nothing to check first.
export const jsonOf = ({ headers, text }: Pick<Received, 'headers' | 'text'>): any =>
  text !== '' && headers['content-type']?.startsWith('application/json') ? JSON.parse(text) : undefined;
