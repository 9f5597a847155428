import { expect, it } from 'vitest';
import type { LabRequest, LabResponse } from './lab-request.ts';
import { requestRoute } from './request.ts';

const GOOD: LabRequest = { method: 'GET', url: 'http://169.254.169.254/metadata/instance' };
const OK: LabResponse = { status: 200, statusText: 'OK', headers: [], body: '', truncated: false, durationMs: 1 };

function route({
  leadsOut = false,
  answer = Promise.resolve(OK),
}: {
  leadsOut?: boolean;
  answer?: Promise<LabResponse>;
} = {}) {
  const sent: LabRequest[] = [];
  const { answer: ask } = requestRoute({
    leadsOut: async () => leadsOut,
    send: (request) => {
      sent.push(request);
      return answer;
    },
    most: 2,
  });
  return { sent, ask: (body: unknown) => ask({ body, accept: '' }) };
}

it('sends a request to a name of the lab', async () => {
  const { sent, ask } = route();
  expect(await ask(GOOD)).toEqual({ status: 200, body: OK });
  expect(sent).toEqual([GOOD]);
});

it('sends nothing from a machine that has a way out of the lab', async () => {
  const { sent, ask } = route({ leadsOut: true });
  expect(await ask(GOOD)).toMatchObject({ status: 200, body: { error: { code: 'default-route' } } });
  expect(sent).toEqual([]);
});

it.each([
  ['another name', { ...GOOD, url: 'http://example.com/' }, 'NotALabName'],
  ['a header of the connection', { ...GOOD, headers: [['Upgrade', 'x']] }, 'BadRequest'],
  ['nothing', undefined, 'BadRequest'],
])('sends nothing where the portal let it pass: %s', async (_, body, code) => {
  const { sent, ask } = route();
  expect(await ask(body)).toMatchObject({ status: 400, body: { error: { code } } });
  expect(sent).toEqual([]);
});

it('sends so many at once and no more', async () => {
  let finish = (_: LabResponse) => {};
  const { sent, ask } = route({ answer: new Promise((resolve) => (finish = resolve)) });
  const first = [ask(GOOD), ask(GOOD)];
  await expect.poll(() => sent.length).toBe(2);
  expect((await ask(GOOD)).status).toBe(429);
  finish(OK);
  await Promise.all(first);
  expect((await ask(GOOD)).status).toBe(200);
});
