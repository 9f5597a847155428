import { Agent, get } from 'node:https';

/** Asks one server for documents, over connections that are kept. */
export type FetchJson = {
  (url: string): Promise<unknown>;
  close(): void;
};

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1024 * 1024;
const HEADERS = { Accept: 'application/json', 'User-Agent': 'managed-identity-lab/express' };

/**
 * @param ca The only authorities that are trusted. `NODE_TLS_REJECT_UNAUTHORIZED` does not change that.
 * @returns rejects for any answer but 200 with JSON; redirections are not followed.
 */
export function fetchJsonTrusting(ca: readonly string[]): FetchJson {
  const agent = new Agent({
    ca: [...ca],
    rejectUnauthorized: true,
    keepAlive: true,
    maxSockets: 2,
    timeout: TIMEOUT_MS,
  });
  const fetchJson = (url: string) =>
    new Promise<unknown>((resolve, reject) => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const req = get(url, { agent, signal, headers: HEADERS }, (res) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        res.on('data', (part: Buffer) => {
          bytes += part.length;
          if (bytes > MAX_BYTES) res.destroy(new Error(`the answer of ${url} is too long`));
          else parts.push(part);
        });
        res.once('error', reject);
        res.once('end', () => {
          if (res.statusCode !== 200) return reject(new Error(`${url} answered ${res.statusCode}`));
          try {
            resolve(JSON.parse(Buffer.concat(parts).toString()));
          } catch (error) {
            reject(error);
          }
        });
      });
      req.once('error', reject);
    });
  return Object.assign(fetchJson, { close: () => agent.destroy() });
}
