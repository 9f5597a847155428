import { Agent, request } from 'undici';

/** Fetches a JSON document. Rejects with a sentence that quotes nothing of it. */
export type FetchDocument = (url: string) => Promise<Readonly<Record<string, unknown>>>;

const MAX_BYTES = 256 * 1024;
const WITHIN_MS = 5_000;

/**
 * Fetches documents over TLS, trusting one authority. Redirects are not followed: the answer is then no document.
 * @param ca PEM.
 */
export function fetchDocumentTrusting(
  ca: string,
  { maxBytes = MAX_BYTES, withinMs = WITHIN_MS } = {},
): FetchDocument & { close(): Promise<void> } {
  const agent = new Agent({
    connect: { ca, timeout: 3_000 },
    headersTimeout: withinMs,
    bodyTimeout: withinMs,
    maxResponseSize: maxBytes,
    connections: 4,
  });
  const fetchDocument: FetchDocument = async (url) => {
    const signal = AbortSignal.timeout(withinMs); // for all of it, however slowly it trickles
    const { statusCode, body } = await request(url, { dispatcher: agent, signal });
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
