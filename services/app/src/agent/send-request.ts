import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LabRequest, LabResponse, NoAnswer } from './lab-request.ts';
import { parseLabUrl } from './lab-request.ts';

/** Another place than the URL's own, as where the lab's services have ports of loopback. */
export type Place = {
  readonly host: string;
  readonly port: number;
  /** Before the URL's path. */
  readonly pathPrefix?: string | undefined;
  /** Name of the certificate, and who signed it. */
  readonly servername?: string | undefined;
  readonly ca?: string | undefined;
};

/**
 * Sends one request and waits for its answer: one connection, no redirect followed, nothing tried again, no header added but
 * `Host`, `Content-Length` and `Connection`. A name server or a proxy is not asked but what the machine itself has.
 *
 * @param request Checked by `requestMistake`.
 * @returns what came, or what stopped it. Throws where nobody has checked it.
 */
export function sendRequest(
  { method, url, headers = [], body = '' }: LabRequest,
  { place, timeoutMs = 30_000, mostBytes = 128 * 1024 }: { place?: Place; timeoutMs?: number; mostBytes?: number } = {},
): Promise<LabResponse> {
  const target = parseLabUrl(url);
  if (!target) throw new Error('not a name of the lab'); // its caller has checked: this is the last of three
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  const isTls = target.protocol === 'https:';
  return new Promise((resolve) => {
    let deadline: NodeJS.Timeout | undefined;
    const settle = (answer: LabResponse) => {
      clearTimeout(deadline);
      resolve(answer);
      request?.destroy();
    };
    const stopped = (error: unknown) => settle({ error: noAnswer(error), durationMs: durationMs() });
    let request: ClientRequest | undefined;
    try {
      request = (isTls ? https : http).request({
        method,
        // An IPv6 address stands in brackets in a URL; none is a name of the lab.
        host: place?.host ?? target.hostname,
        port: place?.port ?? (target.port || (isTls ? 443 : 80)),
        path: (place?.pathPrefix ?? '') + target.pathname + target.search,
        headers: withConnectionHeaders(target, method, headers, body),
        agent: false,
        // Node would take it from the header `Host`, which a person may set to anything.
        ...(isTls && { servername: place?.servername ?? target.hostname, ca: place?.ca }),
      });
    } catch (error) {
      return stopped(error);
    }
    deadline = setTimeout(() => stopped(TIMED_OUT), timeoutMs);
    request.once('error', stopped);
    request.once('response', (response) => {
      const { remoteAddress } = response.socket;
      readText(response, mostBytes).then((read) => {
        settle({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? '',
          headers: pairs(response.rawHeaders),
          ...read,
          durationMs: durationMs(),
          ...(remoteAddress !== undefined && { remoteAddress }),
        });
      }, stopped);
    });
    request.end(body === '' ? undefined : body);
  });
}

function withConnectionHeaders(
  target: URL,
  method: string,
  headers: readonly (readonly [string, string])[],
  body: string,
): string[] {
  const has = (name: string) => headers.some(([own]) => own.toLowerCase() === name);
  const hasBody = body !== '' || ['POST', 'PUT', 'PATCH'].includes(method);
  return [
    ...(has('host') ? [] : ['Host', target.host]),
    ...headers.flat(),
    ...(hasBody && !has('content-length') ? ['Content-Length', String(Buffer.byteLength(body))] : []),
    'Connection',
    'close',
  ];
}

/** As text, so much of it. What is cut off is not waited for. */
async function readText(response: IncomingMessage, mostBytes: number): Promise<{ body: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > mostBytes) break;
  }
  const body = Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
  return { body, truncated: length > mostBytes };
}

const pairs = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? '']);

const TIMED_OUT = { code: 'ETIMEDOUT', message: 'No answer came in time.' };

/** Which step of a request failed, by the word that Node has for it. */
function noAnswer(thrown: unknown): { code: NoAnswer; message: string } {
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown };
  const word = typeof code === 'string' ? code : '';
  const found = CAUSES.find(([, pattern]) => pattern.test(word))?.[0] ?? 'failed';
  return { code: found, message: String(message ?? word).slice(0, 300) };
}

const CAUSES: readonly (readonly [NoAnswer, RegExp])[] = [
  ['no-name', /^(ENOTFOUND|EAI_AGAIN|EAI_\w+)$/],
  ['no-route', /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/],
  ['refused', /^ECONNREFUSED$/],
  ['timeout', /^ETIMEDOUT$/],
  ['tls', /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+|CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|ERR_OSSL_\w+)$/],
  ['cut', /^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/],
  ['no-http', /^HPE_\w+$/],
];
