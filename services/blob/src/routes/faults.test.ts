import { afterEach, expect, it } from 'vitest';
import { startTestLab } from '../testing.ts';

let lab: Awaited<ReturnType<typeof startTestLab>>;
afterEach(() => lab.close());

const start = async (fault: object) => {
  lab = await startTestLab();
  await lab.container();
  await lab.put('/docs/one', 'content of one');
  lab.faults.add({ service: 'blob', ...fault } as Parameters<typeof lab.faults.add>[0]);
  return lab;
};

it.each([
  [429, 'TooManyRequests', '1'],
  [500, 'InternalError', undefined],
  [503, 'ServerBusy', undefined],
])('an account fails with %i, in its own words', async (status, code, retryAfter) => {
  const { ask } = await start({ operation: 'GetBlob', effect: { status } });
  const answer = await ask('GET', '/docs/one');
  expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([status, code, retryAfter]);
  expect(answer.text).toMatch(/^<\?xml.*<Error><Code>/);
});

it('an account says when to come again, where a fault wants it so', async () => {
  const { ask } = await start({ effect: { status: 503, retryAfterSeconds: 3 } });
  expect((await ask('GET', '/docs/one')).headers['retry-after']).toBe('3');
});

it('an account asks for a token first, where a fault is meant for an operation', async () => {
  const { ask } = await start({ operation: 'GetBlob', effect: { status: 503 } });
  expect((await ask('GET', '/docs/one', { headers: { Authorization: [] } })).status).toBe(401);
});

it('an account does nothing of what a fault has refused', async () => {
  const { put, ask } = await start({ operation: 'PutBlob', times: 1, effect: { status: 503 } });
  expect((await put('/docs/two', 'x')).status).toBe(503);
  expect((await ask('GET', '/docs/two')).status).toBe(404);
});

it('an account breaks a download off in the middle', async () => {
  const { ask } = await start({ operation: 'GetBlob', times: 1, effect: { halfBody: true } });
  await expect(ask('GET', '/docs/one')).rejects.toThrow('aborted');
  expect((await ask('GET', '/docs/one')).text).toBe('content of one');
});
