import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { startAgent } from './agent.ts';
import type { Progress } from './progress.ts';
import type { Run } from './run-program.ts';

const RUN: Run = {
  machine: 'vm-app01',
  at: '2026-01-01T00:00:00.000Z',
  durationMs: 5,
  outcome: 'succeeded',
  steps: [],
};
const noPage = () => Promise.reject(new Error('no page'));
const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((agent) => agent.close())));

function placeForSocket(): string {
  const directory = mkdtempSync(join(tmpdir(), 'agent-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return join(directory, 'agent.sock');
}

async function start(
  runProgram: (onProgress?: (progress: Progress) => void) => Promise<Run> = async () => RUN,
  restart = () => {},
): Promise<string> {
  const socket = placeForSocket();
  open.push(await startAgent({ socket, runProgram, preview: noPage, restart }));
  return socket;
}

async function ask(socketPath: string, method: string, path: string, body?: string) {
  const req = request({ socketPath, method, path }).end(body);
  const [res] = await once(req, 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  return { status: res.statusCode as number, headers: res.headers, body: JSON.parse(text) };
}

it('says that it is ready', async () => {
  expect(await ask(await start(), 'GET', '/health')).toMatchObject({
    status: 200,
    body: { ready: true, name: hostname(), addresses: expect.any(Array) },
  });
});

it('runs the program and answers with what came of it', async () => {
  expect(await ask(await start(), 'POST', '/run')).toMatchObject({ status: 200, body: RUN });
});

it('takes no parameters: a query and a body change nothing', async () => {
  let given: unknown[] = [];
  const socket = await start(async (...args: unknown[]) => {
    given = args;
    return RUN;
  });
  await ask(socket, 'POST', '/run?url=https://evil.example', '{"url":"https://evil.example"}');
  expect(given).toEqual([]);
});

it('runs one at a time, and the next one after it', async () => {
  let finish = (_: Run) => {};
  const socket = await start(
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  const first = ask(socket, 'POST', '/run');
  await expect.poll(() => ask(socket, 'POST', '/run').then(({ status }) => status)).toBe(409);
  finish(RUN);
  expect((await first).status).toBe(200);
  const second = ask(socket, 'POST', '/run');
  await expect.poll(() => ask(socket, 'POST', '/run').then(({ status }) => status)).toBe(409);
  finish(RUN);
  expect((await second).status).toBe(200);
});

it('tells where a run is, a line each, and its result at last', async () => {
  const begun = { step: 'Read a secret', line: 28, state: 'begun' } as const;
  const socketPath = await start(async (onProgress = () => {}) => {
    onProgress(begun);
    return RUN;
  });
  const headers = { accept: 'application/x-ndjson' };
  const [res] = await once(request({ socketPath, method: 'POST', path: '/run', headers }).end(), 'response');
  let text = '';
  for await (const chunk of res) text += chunk;
  expect(res.headers['content-type']).toBe('application/x-ndjson');
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([{ progress: begun }, { run: RUN }]);
  expect((await ask(socketPath, 'POST', '/run')).status).toBe(200);
});

it('cuts off what fails in the middle, and runs the next one', async () => {
  let fails = true;
  const socketPath = await start(async () => {
    if (fails) throw new Error('no');
    return RUN;
  });
  const headers = { accept: 'application/x-ndjson' };
  const [res] = await once(request({ socketPath, method: 'POST', path: '/run', headers }).end(), 'response');
  await expect(res.toArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
  fails = false;
  expect((await ask(socketPath, 'POST', '/run')).status).toBe(200);
});

it('shows the program that it runs', async () => {
  const { status, body } = await ask(await start(), 'GET', '/source');
  expect([status, body.file, body.steps.length]).toEqual([200, 'services/app/src/program.ts', 5]);
  expect(body.text).toContain('new DefaultAzureCredential()');
});

it('answers a program that cannot be started without telling why to the caller', async () => {
  const socket = await start(() => Promise.reject(new Error('/secret/path')));
  const { status, body } = await ask(socket, 'POST', '/run');
  expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining('/secret/path')]);
});

it('answers that it will be restarted, and then is, also in the middle of a run', async () => {
  let restarts = 0;
  const never = new Promise<Run>(() => {});
  const socket = await start(
    () => never,
    () => {
      restarts += 1;
    },
  );
  const running = ask(socket, 'POST', '/run').catch(() => {}); // ends with the agent
  await expect.poll(() => ask(socket, 'POST', '/run').then(({ status }) => status)).toBe(409);
  const { body } = await ask(socket, 'GET', '/health');
  expect(await ask(socket, 'POST', '/restart')).toMatchObject({ status: 202, body: { instance: body.instance } });
  await expect.poll(() => restarts).toBe(1);
  await Promise.all(open.splice(0).map((agent) => agent.close()));
  await running;
});

it('reads the body of a request to send, and refuses what is none, or too long', async () => {
  const socket = await start();
  const post = async (body: string) => {
    const { status, body: answer } = await ask(socket, 'POST', '/request', body);
    return [status, answer.error.code];
  };
  expect(await post('{"method":"GET","url":"http://example.com/"}')).toEqual([400, 'NotALabName']);
  expect(await post('{')).toEqual([400, 'BadRequest']);
  expect(await post('')).toEqual([400, 'BadRequest']);
  expect(await post(`"${'x'.repeat(600_000)}"`)).toEqual([413, 'RequestBodyTooLarge']);
});

it('is another instance after each start', async () => {
  const instances = await Promise.all([start(), start()].map(async (socket) => ask(await socket, 'GET', '/health')));
  expect(instances[0]?.body.instance).not.toBe(instances[1]?.body.instance);
});

it.each([
  ['GET', '/run', 405],
  ['GET', '/restart', 405],
  ['DELETE', '/health', 405],
  ['GET', '/', 404],
  ['POST', '/run/', 404],
  ['GET', '/constructor', 404],
  ['GET', '/%zz', 404],
])('answers %s %s with %i', async (method, path, status) => {
  expect((await ask(await start(), method, path)).status).toBe(status);
});

it('survives bytes that are no request', async () => {
  const socketPath = await start();
  const client = connect(socketPath);
  client.on('error', () => {}).resume();
  client.end('\x16\x03\x01 not HTTP\r\n\r\n');
  await once(client, 'close');
  expect((await ask(socketPath, 'GET', '/health')).status).toBe(200);
});

it('replaces the socket that a killed agent left behind, and lets its own user and group connect only', async () => {
  const socket = placeForSocket();
  writeFileSync(socket, '');
  open.push(await startAgent({ socket, runProgram: async () => RUN, preview: noPage, restart: () => {} }));
  expect((await ask(socket, 'GET', '/health')).status).toBe(200);
  expect((statSync(socket).mode & 0o777).toString(8)).toBe('660');
});
