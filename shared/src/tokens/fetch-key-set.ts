import { Agent, request } from '../http/outgoing.ts';
import { userAgentOf } from '../http/user-agent.ts';
import type { FetchKeySet } from './jwks.ts';

/** Fetches a key set over TLS, trusting one authority. @param ca PEM. @param service Who asks. */
export function fetchKeySetTrusting(ca: string, service: string): FetchKeySet & { close(): Promise<void> } {
  const agent = new Agent({ connect: { ca, timeout: 3_000 }, headersTimeout: 5_000, bodyTimeout: 5_000 });
  const fetchKeySet: FetchKeySet = async (url) => {
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      headers: { 'user-agent': userAgentOf(service) },
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`${url} answered ${statusCode}`);
    }
    return (await body.json()) as { keys: unknown };
  };
  return Object.assign(fetchKeySet, { close: () => agent.destroy() });
}
