import { randomUUID } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import type { Run } from './run-program.ts';

/**
 * The agent of a workload: how the portal makes it run its program. A Unix socket in a volume shared with `portal`
 * alone, because a port on a network would let the neighbours there ask for this machine's token.
 *
 *     GET  /health   200 { ready: true, instance, name, addresses }: another instance after each restart
 *     POST /run      200 Run; 409 while a run is in progress
 *     POST /restart  202 { instance }, and then the agent ends, and with it every program that runs beside it
 *
 * It takes no parameters: nobody chooses a URL, a secret or a command for the workload.
 */
export async function startAgent({
  socket,
  runProgram,
  restart,
}: {
  socket: string;
  runProgram: () => Promise<Run>;
  /** Called when the answer is on its way. */
  restart: () => void;
}): Promise<{ close(): Promise<void> }> {
  const instance = randomUUID();
  let running = false;

  const run: Route = async () => {
    if (running) return refused(409, 'RunInProgress', 'The program is running. Ask again when it has ended.');
    running = true;
    try {
      return { status: 200, body: await runProgram() };
    } finally {
      running = false;
    }
  };
  const routes: Record<string, { method: string; answer: Route }> = {
    '/health': { method: 'GET', answer: async () => ({ status: 200, body: { ready: true, instance, ...whoWeAre() } }) },
    '/run': { method: 'POST', answer: run },
    '/restart': { method: 'POST', answer: async () => ({ status: 202, body: { instance }, afterwards: restart }) },
  };

  const server = createServer(
    { maxHeaderSize: 8 * 1024, headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    async (req: IncomingMessage, res: ServerResponse) => {
      req.resume(); // a body means nothing here
      const path = (req.url ?? '').split('?', 1)[0] ?? '';
      const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
      if (!route) return send(res, refused(404, 'NotFound', 'The agent has GET /health, POST /run and POST /restart.'));
      if (req.method !== route.method) {
        res.setHeader('Allow', route.method);
        return send(res, refused(405, 'MethodNotAllowed', `The method for ${path} is ${route.method}.`));
      }
      send(
        res,
        await route.answer().catch(() => refused(500, 'InternalServerError', 'The program could not be started.')),
      );
    },
  );

  await rm(socket, { force: true }); // a killed agent leaves its socket behind
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Connecting needs write permission. `portal` runs as the same user in another container; nobody else sees the volume.
  await chmod(socket, 0o660);

  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** By which addresses the services know this machine: their events are shown with its name. */
const whoWeAre = () => ({
  name: hostname(),
  addresses: Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address)
    .slice(0, 16),
});

type Answer = { readonly status: number; readonly body: unknown; readonly afterwards?: () => void };
type Route = () => Promise<Answer>;

const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});

function send(res: ServerResponse, { status, body, afterwards }: Answer): void {
  if (afterwards) res.once('close', afterwards); // sent, or nobody there to read it
  res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
