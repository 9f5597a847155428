/** Azure's own back side: a valid certificate alone opens nothing, each control route lists who may call it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lab, startLab } from './lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ variant: 'tests' });
});
afterAll(() => lab?.down());

const PEERS = ['entra', 'arm', 'imds', 'keyvault', 'blob', 'portal', 'tests'];
const IDENTITY = '00000000-0000-4000-8000-000000000000';

/** Every control route of every service: docs/architecture.md. `body` is such that a service let through does no harm. */
const ROUTES: { service: string; method: string; path: string; callers: string[]; body?: string }[] = [
  ...['entra', 'arm', 'imds', 'keyvault', 'blob'].flatMap((service) => [
    { service, method: 'GET', path: '/health', callers: ['portal', 'tests'] },
    { service, method: 'GET', path: '/events', callers: ['portal', 'tests'] },
    ...(['GET', 'DELETE'] as const).map((method) => ({
      service,
      method,
      path: '/faults',
      callers: ['portal', 'tests'],
    })),
    { service, method: 'POST', path: '/faults', callers: ['portal', 'tests'], body: '{}' },
  ]),
  { service: 'arm', method: 'GET', path: '/feed', callers: ['entra', 'imds', 'keyvault', 'blob'] },
  { service: 'arm', method: 'PUT', path: `/identities/${IDENTITY}/certificates`, callers: ['imds'], body: '{}' },
  { service: 'arm', method: 'GET', path: '/clock', callers: ['portal', 'tests'] },
  { service: 'arm', method: 'PUT', path: '/clock', callers: ['portal', 'tests'], body: '{}' },
  { service: 'arm', method: 'POST', path: '/access', callers: ['portal', 'tests'], body: '{}' },
  { service: 'arm', method: 'GET', path: '/azure/subscriptions', callers: ['portal', 'tests'] },
  { service: 'entra', method: 'GET', path: '/azure/v1.0/applications', callers: ['portal', 'tests'] },
  { service: 'entra', method: 'POST', path: '/signing-keys/rotate', callers: ['portal', 'tests'] },
  { service: 'entra', method: 'POST', path: '/forge', callers: ['portal', 'tests'], body: '{}' },
];

describe.each(ROUTES)('$method $path of $service', ({ service, method, path, callers, body }) => {
  it(`answers ${callers.join(', ')}, and no other service`, async () => {
    const url = `https://${service}.fabric:8443${path}`;
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const requests = PEERS.map((as) => ({ url, method, headers, as, ...(body !== undefined && { body }) }));
    const answers = await lab.send('tester', requests);
    const refused = PEERS.filter((_, index) => answers[index]?.status === 403);
    expect(refused).toEqual(PEERS.filter((peer) => !callers.includes(peer)));
    expect(answers.map(({ error }) => error).filter(Boolean)).toEqual([]);
  });

  it('refuses a connection without a certificate', async () => {
    const script = `
      const request = require('https').request({ host: '${service}.fabric', port: 8443, path: '${path}', method: '${method}', rejectUnauthorized: false },
        (response) => console.log('answered ' + response.statusCode));
      request.on('error', (error) => console.log('refused ' + error.code));
      request.end();`;
    expect((await lab.exec('tester', ['node', '-e', script])).stdout).toMatch(/^refused /);
  });
});

it('gives each follower its own kinds of resources only', async () => {
  const followers = ['entra', 'imds', 'keyvault', 'blob'];
  const answers = await lab.send(
    'tester',
    followers.map((as) => ({ url: 'https://arm.fabric:8443/feed', as })),
  );
  const kinds = answers.map(({ body }) => new Set(JSON.parse(body).changes.map(({ kind }: { kind: string }) => kind)));
  expect(kinds[0]?.has('secret')).toBe(false);
  expect(kinds[3]?.has('secret')).toBe(false);
  expect(kinds[1]).toEqual(new Set(['virtualMachine']));
  expect(kinds[2]?.has('secret')).toBe(true);
  expect(kinds[2]?.has('blob')).toBe(false);
});
