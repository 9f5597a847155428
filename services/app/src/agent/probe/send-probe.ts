import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** Where a request ended that got no answer: each is one step further than the one before it. */
export type Failure = 'no-name' | 'no-route' | 'refused' | 'timeout' | 'tls' | 'closed';

/** What came of a request. No word of the body leaves this file but the code of an error. */
export type Probed = {
  readonly durationMs: number;
  readonly status?: number;
  readonly failure?: Failure;
  /** The system's word where there was no answer, the service's where there was: EAI_AGAIN, Forbidden. */
  readonly code?: string;
  /** Where the name led. */
  readonly address?: string;
};

export type Sent = {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
};

/**
 * Sends one request on a connection of its own, follows nothing, and says how far it came: name, route, connection, TLS,
 * answer. Never rejects.
 * @param read What to make of the body of an answer, of so many bytes at most.
 */
export function sendProbe(sent: Sent): Promise<Probed>;
export function sendProbe<T>(sent: Sent, read: (body: string, status: number) => T): Promise<Probed & { read?: T }>;
export function sendProbe<T>(
  { url, method = 'GET', headers = {}, body, timeoutMs = 4_000 }: Sent,
  read?: (body: string, status: number) => T,
): Promise<Probed & { read?: T }> {
  const started = performance.now();
  const isTls = url.startsWith('https:');
  let reached: 'nothing' | 'name' | 'connection' | 'tls' = 'nothing';
  let address: string | undefined;
  return new Promise((resolve) => {
    const end = (outcome: Omit<Probed, 'durationMs' | 'address'> & { read?: T }) => {
      clearTimeout(timer);
      resolve({ durationMs: Math.round(performance.now() - started), ...outcome, ...(address && { address }) });
      req.destroy();
    };
    const failed = (code: string) => end({ failure: failureOf(code, reached, isTls), code });
    // One address and one attempt: what stopped it is to be said plainly.
    const options = { method, headers, agent: false, family: 4, autoSelectFamily: false } as const;
    const req = (isTls ? requestHttps : requestHttp)(url, options, (res) => {
      const chunks: Buffer[] = [];
      let length = 0;
      res.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length <= READ_AT_MOST) chunks.push(chunk);
      });
      res.on('error', () => failed('ECONNRESET'));
      res.on('end', () => {
        const status = res.statusCode ?? 0;
        const text = Buffer.concat(chunks).toString();
        const code = status >= 400 ? errorCodeOf(text, res.headers['x-ms-error-code']) : undefined;
        end({ status, ...(code !== undefined && { code }), ...(read && { read: read(text, status) }) });
      });
    });
    const timer = setTimeout(() => failed('ETIMEDOUT'), timeoutMs);
    req.on('socket', (socket) => {
      socket.once('lookup', (error, found) => {
        if (error) return;
        reached = 'name';
        address = String(found);
      });
      socket.once('connect', () => {
        reached = 'connection';
        address = socket.remoteAddress;
      });
      socket.once('secureConnect', () => {
        reached = 'tls';
      });
    });
    req.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? 'ECONNRESET'));
    req.end(body);
  });
}

const READ_AT_MOST = 32 * 1024;

function failureOf(code: string, reached: string, isTls: boolean): Failure {
  if (code.startsWith('EAI_') || code === 'ENOTFOUND') return 'no-name';
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return 'no-route';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  return reached === 'connection' && isTls ? 'tls' : 'closed';
}

/** A word, as services have them: `Forbidden`, `invalid_request`. Never a sentence, which may quote something. */
function errorCodeOf(text: string, header: string | string[] | undefined): string | undefined {
  const words = [header, /"code"\s*:\s*"([^"]*)"/.exec(text)?.[1], /"error"\s*:\s*"([^"]*)"/.exec(text)?.[1]];
  return words.flat().find((word) => word !== undefined && /^[A-Za-z][A-Za-z0-9_]{0,79}$/.test(word));
}
