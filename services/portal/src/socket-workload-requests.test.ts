import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { socketWorkloads } from './socket-workloads.ts';

const directory = mkdtempSync(join(tmpdir(), 'agents-'));
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(directory, { recursive: true, force: true });
});

const ANSWER = { status: 200, statusText: 'OK', headers: [['a', 'b']], body: 'x', truncated: false, durationMs: 1 };

/** An agent that answers every request to send with this. */
async function sendingAgent(status: number, body: unknown) {
  mkdirSync(join(directory, 'app'), { recursive: true });
  const asked: unknown[] = [];
  const server = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    asked.push([req.method, req.url, JSON.parse(text)]);
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(join(directory, 'app', 'agent.sock'));
  servers.push(server);
  await once(server, 'listening');
  const workloads = socketWorkloads(directory);
  onTestFinished(() => workloads.close());
  return { asked, workloads };
}
const REQUEST = { method: 'GET', url: 'http://169.254.169.254/metadata/instance' } as const;

it('lets the agent send a request, and tells what it says', async () => {
  const { asked, workloads } = await sendingAgent(200, ANSWER);
  expect(await workloads.request('app', REQUEST)).toEqual(ANSWER);
  expect(asked).toEqual([['POST', '/request', REQUEST]]);
});

it.each([
  ['what is no answer', 200, { status: 'great' }, 'WorkloadUnavailable'],
  ['more than an answer may be', 200, { ...ANSWER, body: 'x'.repeat(200_000) }, 'WorkloadUnavailable'],
  ['that it will not', 400, { error: { code: 'NotALabName' } }, 'WorkloadUnavailable'],
  ['that it is busy', 429, { error: { code: 'TooManyRequests' } }, 'TooManyRequests'],
])('does not trust an agent, which says: %s', async (_, status, body, code) => {
  const { workloads } = await sendingAgent(status, body);
  await expect(workloads.request('app', REQUEST)).rejects.toMatchObject({ code });
});
