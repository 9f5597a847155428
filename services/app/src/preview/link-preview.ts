import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SendRequest, WAYS } from './ways.ts';

export type LinkPreview = { readonly port: number; close(): Promise<void> };

/**
 * Opens the page. Its requests carry ids that begin with `link-preview-`, as programs give theirs, so that whoever reads the
 * events can tell them from those of the machine's own program.
 *
 * @param options.host      A name that the machine has on one network: the page is on no other.
 * @param options.longestMs It closes itself after that long, whatever became of whoever opened it.
 */
export async function startLinkPreview({
  host,
  port = 80,
  send,
  longestMs = 3 * 60 * 60_000,
}: {
  host: string;
  port?: number;
  send: SendRequest;
  longestMs?: number;
}): Promise<LinkPreview> {
  let fetching = 0;
  const answer = async (req: IncomingMessage): Promise<Answer> => {
    const target = URL.canParse(req.url ?? '', ORIGIN) ? new URL(req.url ?? '', ORIGIN) : undefined;
    const way = target && Object.hasOwn(WAYS, target.pathname) ? WAYS[target.pathname] : undefined;
    if (!target || !way) return refused(404, 'NotFound', 'This page has /preview, /proxy and /fetch, with ?url=.');
    if (req.method !== 'GET') return { ...refused(405, 'MethodNotAllowed', 'The method is GET.'), allow: 'GET' };
    const url = target.searchParams.get('url');
    if (!url || !URL.canParse(url)) return refused(400, 'UrlMissing', 'Name the page to preview: ?url=http://…');
    if (fetching >= MOST_AT_ONCE) return refused(503, 'Busy', 'Other previews are being made.');
    fetching += 1;
    try {
      const own = [CLIENT_REQUEST_ID, `link-preview${target.pathname.replace('/', '-')}-${randomUUID()}`] as const;
      const others = way(req, target.searchParams).filter(([name]) => name.toLowerCase() !== CLIENT_REQUEST_ID);
      const sent = await send(url, [...others, own]);
      if ('error' in sent) return refused(502, sent.error.code, sent.error.message);
      // As it came: who reads it sees what IMDS says, and a token where it says one.
      return { status: sent.status, text: sent.body, contentType: sent.contentType ?? 'text/plain' };
    } finally {
      fetching -= 1;
    }
  };

  const server = createServer(LIMITS, async (req, res) => {
    req.resume();
    write(res, await answer(req).catch(() => refused(502, 'NoAnswer', 'The page could not be fetched.')));
  });
  server.maxConnections = 64;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const close = () =>
    new Promise<void>((resolve) => {
      clearTimeout(deadline);
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const deadline = setTimeout(close, longestMs).unref();
  return { port: (server.address() as AddressInfo).port, close };
}

const ORIGIN = 'http://preview';
const CLIENT_REQUEST_ID = 'x-ms-client-request-id';
const MOST_AT_ONCE = 8;
const LIMITS = {
  maxHeaderSize: 16 * 1024, // a token fits
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 1_000,
};

type Answer = { readonly status: number; readonly text: string; readonly contentType: string; readonly allow?: string };

const refused = (status: number, code: string, message: string): Answer => ({
  status,
  text: JSON.stringify({ error: { code, message } }),
  contentType: 'application/json; charset=utf-8',
});

function write(res: ServerResponse, { status, text, contentType, allow }: Answer): void {
  if (allow) res.setHeader('Allow', allow);
  res.writeHead(status, { 'Content-Type': contentType, 'X-Content-Type-Options': 'nosniff' }).end(text);
}
