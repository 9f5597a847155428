import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Log, silentLog } from '@lab/shared/log.ts';
import { expect, it, onTestFinished, vi } from 'vitest';
import { eventStreams } from '../domain/event-streams.ts';
import { fakeServices } from '../testing/fake-lab.ts';
import { type Collector, exportSpans } from './export-spans.ts';

type Attribute = { key: string; value: Record<string, unknown> };
type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code?: number };
  attributes: Attribute[];
  events: { name: string; attributes: Attribute[] }[];
};
type Request = { resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Span[] }[] }[] };

const valuesOf = (attributes: Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** A collector that speaks OTLP over HTTP. @param answer Undefined: it never answers. */
async function collector(answer: () => number | undefined = () => 200) {
  const requests: { url: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    requests.push({ url: req.url ?? '', headers: req.headers, body: Buffer.concat(chunks) });
    const status = answer();
    if (status !== undefined) res.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const spans = () =>
    requests
      .map(({ body }) => JSON.parse(body.toString()) as Request)
      .flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ resource, scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) =>
            spans.map((span) => ({ ...span, service: valuesOf(resource.attributes)['service.name'] })),
          ),
        ),
      );
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests, spans };
}

function lab(endpoint: string, options: Partial<Collector> = {}, log: Log = silentLog) {
  const fake = fakeServices();
  const streams = eventStreams({ services: fake.services, pollMs: 1 });
  const target: Collector = { endpoint, protocol: 'http/json', headers: {}, ...options };
  const spans = exportSpans({ streams, collector: target, log, settleMs: 0 });
  const close = async () => {
    await spans.close();
    await streams.close();
  };
  onTestFinished(close);
  return { ...fake, close };
}

const decision = {
  operation: 'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  resourceId: '/vaults/kv',
  grantedBy: null,
  considered: [{ assignmentId: '/a1', roleName: 'Reader', scope: '/', verdict: 'action not in role' as const }],
};

it('sends what happens as spans: what was asked, by whom, which checks were made, and what was decided', async () => {
  const { endpoint, requests, spans } = await collector();
  const { happened } = lab(endpoint);
  happened('keyvault', {
    method: 'GET',
    host: 'kv-lab.vault.azure.net:443',
    path: '/secrets/a',
    durationMs: 1.5,
    status: 403,
    operation: 'GetSecret',
    caller: 'vm-app01',
    tokenId: 't1',
    errorCode: 'ForbiddenByRbac',
    checks: [{ check: 'audience', outcome: 'passed' }],
    decision,
  });
  await expect.poll(spans).toHaveLength(1);
  expect(requests[0]?.url).toBe('/v1/traces');
  const [span] = spans();
  expect(span).toMatchObject({ service: 'keyvault', name: 'GetSecret', kind: 2, status: {} });
  expect(valuesOf(span?.attributes ?? [])).toMatchObject({
    'http.request.method': 'GET',
    'http.response.status_code': 403,
    'server.address': 'kv-lab.vault.azure.net',
    'url.path': '/secrets/a',
    'error.type': 'ForbiddenByRbac',
    'lab.caller': 'vm-app01',
    'lab.token_id': 't1',
    'lab.decision.operation': decision.operation,
  });
  expect(span?.events.map(({ name }) => name)).toEqual(['check passed: audience', 'considered: action not in role']);
});

it('makes one trace of one flow, across services and rounds', async () => {
  const { endpoint, spans } = await collector();
  const { happened } = lab(endpoint);
  happened('imds', { tokenId: 't1', at: '2026-01-01T00:00:00.000Z', durationMs: 10 });
  happened('entra', { tokenId: 't1', at: '2026-01-01T00:00:00.002Z', durationMs: 5 });
  await expect.poll(spans).toHaveLength(2);
  happened('blob', { tokenId: 't1', at: '2026-01-01T00:00:00.020Z', durationMs: 1 });
  await expect.poll(spans).toHaveLength(3);
  const byService = Object.fromEntries(spans().map((span) => [span.service, span]));
  expect(new Set(spans().map(({ traceId }) => traceId)).size).toBe(1);
  expect(byService.entra?.parentSpanId).toBe(byService.imds?.spanId);
});

it('speaks protobuf to who wants that, and sends the headers that it was given', async () => {
  const { endpoint, requests } = await collector();
  const { happened } = lab(endpoint, { protocol: 'http/protobuf', headers: { 'x-key': 'k1' } });
  happened('imds', { operation: 'GetManagedIdentityToken' });
  await expect.poll(() => requests.length).toBe(1);
  const [request] = requests;
  expect(request?.headers).toMatchObject({ 'content-type': 'application/x-protobuf', 'x-key': 'k1' });
  expect(request?.body.toString('latin1')).toContain('GetManagedIdentityToken');
});

it('sends a collector no header that is meant for another one, and finds its path below any other', async () => {
  const { endpoint, requests } = await collector();
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-key=hush');
  vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'x-other-key=hush');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { happened } = lab(`${endpoint}below//?tenant=a`);
  happened('imds');
  await expect.poll(() => requests.length).toBe(1);
  expect(requests[0]?.url).toBe('/below/v1/traces?tenant=a');
  expect(JSON.stringify(requests[0]?.headers)).not.toContain('hush');
  expect(process.env.OTEL_EXPORTER_OTLP_HEADERS).toBe('x-key=hush');
});

it('sends what happened meanwhile when it is closed', async () => {
  const { endpoint, spans } = await collector();
  const { happened, close, asked } = lab(endpoint);
  happened('imds');
  await expect.poll(() => asked.length).toBeGreaterThan(20);
  await close();
  expect(spans()).toHaveLength(1);
});

it.each([
  ['is not there', async () => 'http://127.0.0.1:1'],
  ['answers nothing', async () => (await collector(() => undefined)).endpoint],
  ['sends on to another one', async () => (await collector(() => 307)).endpoint],
  ['refuses', async () => (await collector(() => 400)).endpoint],
])('goes on and is closed in time where the collector %s', async (_, endpointOf) => {
  const lines: string[] = [];
  const log = { warn: (...args: unknown[]) => lines.push(JSON.stringify(args)) } as unknown as Log;
  const { happened, close, asked } = lab(await endpointOf(), { headers: { 'x-key': 'hush' } }, log);
  for (let index = 0; index < 5; index += 1) happened('imds');
  await expect.poll(() => asked.length).toBeGreaterThan(20);
  const started = performance.now();
  await close();
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(lines.length).toBeLessThan(2);
  expect(lines.join()).not.toContain('hush');
});
