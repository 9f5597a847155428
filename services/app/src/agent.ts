import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { healthRoute, newInstance } from './agent/health.ts';
import { previewRoutes } from './agent/preview.ts';
import { probeRoute } from './agent/probe.ts';
import { readBody } from './agent/read-body.ts';
import { requestRoute } from './agent/request.ts';
import { restartRoute } from './agent/restart.ts';
import { type Answer, LINES, type Route, refused } from './agent/route.ts';
import { runRoute } from './agent/run.ts';
import { sourceRoute } from './agent/source.ts';
import type { LinkPreview } from './preview/index.ts';
import type { Progress } from './progress.ts';
import type { Run } from './run-program.ts';

/**
 * The agent of a workload: how the portal makes it do something. A Unix socket in a volume shared with `portal`
 * alone, because a port on a network would let the neighbours there ask for this machine's token.
 *
 *     GET  /health   200 { ready: true, instance, name, addresses }: another instance after each restart
 *     POST /run      200 Run, or lines of where it is; 409 while a run is in progress
 *     GET  /source   200 { file, text, steps }: the program
 *     POST /probe    200 { wayOut, results }: what it reaches of the lab's list of targets, which are named by their ids
 *     POST /request  200 what came of a request to one of the lab's names; 400, 429
 *     POST /preview/open, /preview/close  200 { open }: the page with a hole, while an exercise is about it
 *     POST /restart  202 { instance }, and then the agent ends, and with it every program that runs beside it
 *
 * Each in a file of `agent/`.
 */
export async function startAgent({
  socket,
  runProgram,
  preview,
  restart,
}: {
  socket: string;
  runProgram: (onProgress?: (progress: Progress) => void) => Promise<Run>;
  /** Opens the page with a hole. */
  preview: () => Promise<LinkPreview>;
  /** Called when the answer is on its way. */
  restart: () => void;
}): Promise<{ close(): Promise<void> }> {
  const instance = newInstance();
  const page = previewRoutes({ start: preview });
  const routes: readonly Route[] = [
    healthRoute(instance),
    runRoute(runProgram),
    sourceRoute(),
    probeRoute(),
    requestRoute(),
    ...page.routes,
    restartRoute(instance, restart),
  ];

  const server = createServer(
    { maxHeaderSize: 8 * 1024, headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 2_000 },
    async (req: IncomingMessage, res: ServerResponse) => {
      const path = (req.url ?? '').split('?', 1)[0] ?? '';
      const route = routes.find((one) => one.path === path);
      if (!route) {
        req.resume();
        const all = routes.map(({ method, path }) => `${method} ${path}`).join(', ');
        return send(res, refused(404, 'NotFound', `The agent has ${all}.`));
      }
      if (req.method !== route.method) {
        req.resume();
        res.setHeader('Allow', route.method);
        return send(res, refused(405, 'MethodNotAllowed', `The method for ${path} is ${route.method}.`));
      }
      send(res, await answerOf(route, req));
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
    close: async () => {
      await page.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function answerOf(route: Route, req: IncomingMessage): Promise<Answer> {
  try {
    let body: unknown;
    if (route.bodyLimit === undefined)
      req.resume(); // a body means nothing there
    else {
      const read = await readBody(req, route.bodyLimit);
      if ('refusal' in read) return read.refusal;
      body = read.body;
    }
    return await route.answer({ body, accept: req.headers.accept ?? '' });
  } catch {
    return refused(500, 'InternalServerError', 'The agent could not do it.');
  }
}

function send(res: ServerResponse, { status, body, tell, afterwards }: Answer): void {
  if (afterwards) res.once('close', afterwards); // sent, or nobody there to read it
  if (!tell) {
    res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
    return;
  }
  res.writeHead(status, { 'Content-Type': LINES }).flushHeaders();
  tell((value) => res.writable && res.write(`${JSON.stringify(value)}\n`)).then(
    () => res.end(),
    () => res.destroy(), // what fails on the way has no status any more
  );
}
