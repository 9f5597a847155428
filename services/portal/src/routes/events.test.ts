import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { bearer, fakeLabApi, type Headers } from '../testing/lab-api.ts';

const { fake, open, ask, get } = fakeLabApi();

describe('GET /lab/v1/events', () => {
  it('gives what happened, page by page', async () => {
    fake.happened('imds', { virtualMachine: 'vm-app01' });
    fake.happened('keyvault', { status: 403 });
    const first = (await get('/events?limit=1')).json;
    expect(first).toMatchObject({ events: [{ service: 'imds' }], unheard: [], missed: [] });
    const next = (await get(`/events?since=${first.cursor}`)).json;
    expect(next.events).toMatchObject([{ service: 'keyvault', status: 403 }]);
    expect((await get(`/events?since=${next.cursor}`)).json).toMatchObject({ events: [], cursor: next.cursor });
  });
});

describe('GET /lab/v1/events/stream', () => {
  /** Opens a stream; `until` reads on until the text has what is looked for. */
  async function stream(path = '', headers: Headers = {}) {
    const req = open('GET', `/lab/v1/events/stream${path}`, { ...bearer, ...headers });
    const [res] = await once(req, 'response');
    res.setEncoding('utf8');
    let text = '';
    res.on('data', (chunk: string) => {
      text += chunk;
    });
    res.on('error', () => {});
    const until = async (part: RegExp) => {
      await expect.poll(() => text).toMatch(part);
      return text;
    };
    return { res, until, close: () => req.destroy() };
  }
  const lastId = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1] ?? '';

  it('tells what happens from then on, as server-sent events', async () => {
    fake.happened('blob', { path: '/before' });
    const { res, until, close } = await stream();
    expect(res.headers['content-type']).toBe('text/event-stream');
    await until(/^id: [\w-]+\n: heartbeat\n\n/);
    fake.happened('blob', { path: '/after' });
    const text = await until(/\/after/);
    expect(text).toMatch(/\nid: [\w-]+\ndata: \{.*"path":"\/after".*\}\n\n$/);
    expect(text).not.toContain('/before');
    close();
  });

  it('resumes after the last event that was seen, and tells none twice', async () => {
    const first = await stream();
    await first.until(/heartbeat/);
    fake.happened('entra', { path: '/one' });
    const seen = lastId(await first.until(/\/one/));
    first.close();
    fake.happened('entra', { path: '/two' });
    const second = await stream('', { 'last-event-id': seen });
    const text = await second.until(/\/two/);
    expect(text).not.toContain('/one');
    second.close();
  });

  it('tells those only that are asked for', async () => {
    const { until, close } = await stream('?outcome=failed&service=keyvault');
    await until(/heartbeat/);
    fake.happened('keyvault', { path: '/fine' });
    fake.happened('entra', { path: '/elsewhere', status: 400 });
    fake.happened('keyvault', { path: '/refused', status: 403 });
    const text = await until(/\/refused/);
    expect(text).not.toMatch(/\/fine|\/elsewhere/);
    close();
  });

  it('answers HEAD without a stream', async () => {
    expect((await ask('HEAD', '/lab/v1/events/stream', bearer)).status).toBe(200);
  });
});
