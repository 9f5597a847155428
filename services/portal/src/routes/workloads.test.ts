import { describe, expect, it } from 'vitest';
import { bearerJson, fakeLabApi } from '../testing/lab-api.ts';

const { get, post, fromPage } = fakeLabApi();

describe('workloads', () => {
  it('are listed, also those that are not running', async () => {
    const { status, json } = await get('/workloads');
    expect([status, json.workloads[0]]).toEqual([
      200,
      { name: 'app', machine: 'vm-app', kind: 'virtualMachine', running: true },
    ]);
  });
});

describe('the source of a workload', () => {
  it('is the program that it runs', async () => {
    const { status, json } = await get('/workloads/app/source');
    expect([status, json]).toEqual([200, { file: 'app.ts', text: 'await step();\n', steps: [] }]);
  });

  it.each([
    ['nobody', 404],
    ['down', 503],
  ])('is not there: %s', async (name, expected) => {
    expect((await get(`/workloads/${name}/source`)).status).toBe(expected);
  });
});

describe('a run that is watched', () => {
  const watch = (name: string) =>
    post(
      `/workloads/${name}/run`,
      { ...fromPage(), 'content-type': 'application/json', accept: 'text/event-stream' },
      '{}',
    );
  const messages = (text: string) =>
    text
      .trim()
      .split('\n\n')
      .map((message) => {
        const [event = '', data = ''] = message.split('\n');
        return [event.replace('event: ', ''), JSON.parse(data.replace('data: ', ''))];
      });

  it('tells where it is, and then what came of it', async () => {
    const { status, headers, text } = await watch('app');
    expect([status, headers['content-type']]).toEqual([200, 'text/event-stream']);
    expect(messages(text)).toEqual([
      ['step', { step: 'Read a secret', line: 28, state: 'begun' }],
      ['run', expect.objectContaining({ machine: 'vm-app01' })],
    ]);
  });

  it('says so where it fails in the middle', async () => {
    expect(messages((await watch('dies')).text).at(-1)).toEqual([
      'error',
      { error: { code: 'WorkloadUnavailable', message: 'No.' } },
    ]);
  });

  it.each([
    ['nobody', 404],
    ['busy', 409],
    ['many', 429],
    ['down', 503],
  ])('is answered as ever where it does not begin: %s', async (name, expected) => {
    const { status, json } = await watch(name);
    expect([status, typeof json.error.code]).toEqual([expected, 'string']);
  });
});

describe('requests of a workload', () => {
  const send = (body: object, name = 'app') => post(`/workloads/${name}/requests`, bearerJson, JSON.stringify(body));
  const GOOD = { method: 'GET', url: 'https://management.azure.com/subscriptions' };

  it('are sent to the names of the lab, and answered with what came', async () => {
    const { status, json } = await send({ ...GOOD, headers: [['a', 'b']], body: '' });
    expect([status, json.status, json.body]).toEqual([200, 200, `GET ${GOOD.url}`]);
  });

  it.each([
    'http://example.com/',
    'http://169.254.169.254.example.com/',
    'https://portal.front:8080/',
    'http://localhost:8080/lab/v1/reset',
    'file:///etc/passwd',
  ])('are sent nowhere else: %s', async (url) => {
    const { status, json } = await send({ ...GOOD, url });
    expect([status, json.error?.code]).toEqual([400, 'NotALabName']);
  });

  it.each([
    ['a method of no request', { ...GOOD, method: 'CONNECT' }],
    ['a header with a line break', { ...GOOD, headers: [['a', 'b\r\nc: d']] }],
    ['a header of the connection', { ...GOOD, headers: [['Transfer-Encoding', 'chunked']] }],
    ['a header that is no pair', { ...GOOD, headers: [['a']] }],
    ['a word too many', { ...GOOD, redirect: 'follow' }],
    ['no URL', { method: 'GET' }],
  ])('are refused with what is wrong with them: %s', async (_, body) => {
    const { status, json } = await send(body);
    expect([status, json.error?.code]).toEqual([400, expect.stringMatching(/^(BadRequest|NotALabName)$/)]);
  });

  it.each([
    ['nobody', 404, 'WorkloadNotFound'],
    ['..%2fapp', 404, 'WorkloadNotFound'],
    ['down', 503, 'WorkloadUnavailable'],
    ['many', 429, 'TooManyRuns'],
  ])('are not sent from %s: %i', async (name, expected, code) => {
    const { status, json } = await send(GOOD, name);
    expect([status, json.error?.code]).toEqual([expected, code]);
  });
});
