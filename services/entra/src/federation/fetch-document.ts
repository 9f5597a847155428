import { Agent, buildConnector, request } from '@lab/shared/http/outgoing.ts';
import { userAgentOf } from '@lab/shared/http/user-agent.ts';

/** Fetches a JSON document. Rejects with a sentence that quotes nothing of it. */
export type FetchDocument = (url: string) => Promise<Readonly<Record<string, unknown>>>;

const MAX_BYTES = 256 * 1024;
const WITHIN_MS = 5_000;

/**
 * Fetches documents over TLS, trusting one authority. Redirects are not followed: the answer is then no document.
 * @param ca PEM.
 * @param options.loopbackPort Every host is there and nowhere else; its certificate still has to be for the host's name.
 */
export function fetchDocumentTrusting(
  ca: string,
  {
    maxBytes = MAX_BYTES,
    withinMs = WITHIN_MS,
    loopbackPort,
  }: { maxBytes?: number; withinMs?: number; loopbackPort?: (() => number | undefined) | undefined } = {},
): FetchDocument & { close(): Promise<void> } {
  const connect = buildConnector({ ca, timeout: 3_000 });
  const connectToLoopback: typeof connect = ({ hostname, servername, ...options }, done) =>
    connect(
      { ...options, hostname: '127.0.0.1', port: String(loopbackPort?.() ?? 0), servername: servername ?? hostname },
      done,
    );
  const agent = new Agent({
    connect: loopbackPort ? connectToLoopback : connect,
    headersTimeout: withinMs,
    bodyTimeout: withinMs,
    maxResponseSize: maxBytes,
    connections: 4,
  });
  const fetchDocument: FetchDocument = async (url) => {
    const signal = AbortSignal.timeout(withinMs); // for all of it, however slowly it trickles
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      signal,
      headers: { 'user-agent': userAgentOf('entra') },
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`${url} answered ${statusCode}`);
    }
    const text = await body.text();
    try {
      const document: unknown = JSON.parse(text);
      if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
        return document as Record<string, unknown>;
      }
    } catch {
      // Said below, without the parser's words: they quote the document.
    }
    throw new Error(`${url} is no JSON object`);
  };
  return Object.assign(fetchDocument, { close: () => agent.destroy() });
}
