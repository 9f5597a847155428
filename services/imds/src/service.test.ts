import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Peer } from '@lab/shared/fabric/peers.ts';
import { silentLog } from '@lab/shared/log.ts';
import Sqlite from 'better-sqlite3';
import jwt from 'jsonwebtoken';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Config } from './config.ts';
import { clock, fakeLab } from './fake-lab.ts';
import { startImds } from './service.ts';
import { askAt, identity, site, system, user, virtualMachine } from './testing.ts';

const VERSION = 'api-version=2018-02-01';
const TOKEN = `/metadata/identity/oauth2/token?${VERSION}&resource=https://vault.azure.net`;
const headers = { Metadata: 'true' };

async function start(config: Config, log = silentLog) {
  const service = await startImds(config, log);
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= service.close();
    return closed;
  };
  onTestFinished(close);
  const isReady = async () => (await askAt(service.ports.health)('/')).status === 200;
  return { ...service, close, isReady, ask: askAt(service.ports.vm ?? 0) };
}

async function lab(options: Parameters<typeof fakeLab>[0] = {}) {
  const fake = await fakeLab(options);
  onTestFinished(() => fake.close());
  return fake;
}

const waitFor = (condition: () => Promise<boolean>) =>
  vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 5_000, interval: 10 });

it('learns a virtual machine, hands over certificates, becomes ready and gets tokens signed by their keys', async () => {
  const { config, publish, handedOver, asked, authorityOrigin } = await lab();
  const { ask, isReady } = await start(config);
  expect((await ask(TOKEN, { headers })).status).toBe(503);
  expect(await isReady()).toBe(false);

  publish(virtualMachine());
  await waitFor(isReady);
  expect(handedOver.map(({ clientId }) => clientId).sort()).toEqual([system.clientId, user.clientId]);

  const { status, json } = await ask(TOKEN, { headers });
  expect([status, json.client_id]).toEqual([200, system.clientId]);
  const { certificates } = handedOver.find(({ clientId }) => clientId === system.clientId) ?? { certificates: [] };
  const assertion = asked[0]?.get('client_assertion') ?? '';
  const claims = jwt.verify(assertion, new X509Certificate(certificates[0] ?? '').publicKey, {
    algorithms: ['PS256'],
    audience: `${authorityOrigin}/${virtualMachine().tenantId}/oauth2/token`,
    clockTimestamp: clock.now(),
  });
  expect(claims).toMatchObject({ iss: system.clientId, sub: system.clientId });
});

it('keeps virtual machines and confirmed keys over a restart, and hands nothing over again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'imds-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const { config, publish, handedOver } = await lab();
  publish(virtualMachine());
  const onDisk = { ...config, databasePath: join(directory, 'data.sqlite') };
  const first = await start(onDisk);
  await waitFor(first.isReady);
  await first.close();

  // Nobody answers at this address: `arm` is down.
  const { ask, isReady } = await start({
    ...onDisk,
    control: { ...config.control, origins: { arm: 'https://127.0.0.1:1' } },
  });
  expect(await isReady()).toBe(true);
  expect((await ask(TOKEN, { headers })).status).toBe(200);
  expect(handedOver).toHaveLength(2);
});

it('drops the private key of an identity that no virtual machine has any more', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'imds-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const { config, publish } = await lab();
  publish(virtualMachine());
  const { ask, isReady } = await start({ ...config, databasePath: join(directory, 'data.sqlite') });
  await waitFor(isReady);
  const db = new Sqlite(join(directory, 'data.sqlite'), { readonly: true });
  onTestFinished(() => {
    db.close();
  });
  const owners = () => db.prepare('SELECT client_id FROM identity_keys').pluck().all().sort();
  expect(owners()).toEqual([system.clientId, user.clientId]);

  publish(virtualMachine({ identities: [user] }));
  // The machine's identities and their keys change in one transaction: who sees the one sees the other.
  await waitFor(async () => (await ask(TOKEN, { headers })).json.client_id === user.clientId);
  expect(owners()).toEqual([user.clientId]);
});

const NOT_FOUND = 'Identity not found';

it('tells a deleted virtual machine that it has no identity, until it is back, and forgets all in another epoch', async () => {
  const { config, publish, reset } = await lab();
  publish(virtualMachine());
  const { ask, isReady } = await start(config);
  await waitFor(isReady);
  publish(virtualMachine().resourceId);
  await waitFor(async () => (await ask(TOKEN, { headers })).json.error_description === NOT_FOUND);
  expect((await ask('/metadata/instance?api-version=2021-02-01', { headers })).status).toBe(403);
  publish(virtualMachine());
  await waitFor(async () => (await ask(TOKEN, { headers })).status === 200);
  reset();
  await waitFor(async () => (await ask(TOKEN, { headers })).status === 403);
});

it('remembers over a restart which address was a virtual machine, and no longer than until another one has it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'imds-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const { config, publish } = await lab();
  const onDisk = { ...config, databasePath: join(directory, 'data.sqlite') };
  publish(virtualMachine());
  const first = await start(onDisk);
  await waitFor(first.isReady);
  publish(virtualMachine().resourceId);
  await waitFor(async () => (await first.ask(TOKEN, { headers })).json.error_description === NOT_FOUND);
  await first.close();

  const second = await start(onDisk);
  expect((await second.ask(TOKEN, { headers })).json.error_description).toBe(NOT_FOUND);
  publish(virtualMachine({ resourceId: `${virtualMachine().resourceId}-new`, identities: [user] }));
  await waitFor(async () => (await second.ask(TOKEN, { headers })).json.client_id === user.clientId);
});

it('gives an identity that was turned on its token with the first request, which waits for the key', async () => {
  const { config, publish } = await lab();
  publish(virtualMachine({ identities: [] }));
  const { ask, isReady } = await start(config);
  await waitFor(isReady);
  publish(virtualMachine({ identities: [system] }));
  await waitFor(async () => (await ask(`/metadata/identity/info?${VERSION}`, { headers })).status === 200);
  expect((await ask(TOKEN, { headers })).status).toBe(200);
});

it('serves no token of an identity that was turned off, though it has one and another machine keeps the identity', async () => {
  const { config, publish } = await lab();
  const shared = virtualMachine({ identities: [user] });
  publish(shared);
  publish({ ...shared, resourceId: `${shared.resourceId}-02`, sourceAddress: '127.0.0.2' });
  const { ask, isReady } = await start(config);
  await waitFor(isReady);
  const neighbour = () => ask(TOKEN, { headers, localAddress: '127.0.0.2' });
  const [mine, theirs] = [await ask(TOKEN, { headers }), await neighbour()];
  expect([mine.status, theirs.status]).toEqual([200, 200]);

  publish({ ...shared, identities: [] });
  await waitFor(async () => (await ask(TOKEN, { headers })).json.error_description === NOT_FOUND);
  expect((await neighbour()).json.access_token).toBe(theirs.json.access_token);

  // Given back, it is an identity like any new one: the token from before is forgotten.
  publish(shared);
  await waitFor(async () => (await ask(TOKEN, { headers })).status === 200);
  expect((await ask(TOKEN, { headers })).json.access_token).not.toBe(mine.json.access_token);
});

it('gives no token to a request that was under way when the machine lost the identity, though another one keeps it', async () => {
  const { config, publish, asked, holdBack } = await lab();
  const shared = virtualMachine({ identities: [user] });
  publish(shared);
  publish({ ...shared, resourceId: `${shared.resourceId}-02`, sourceAddress: '127.0.0.2' });
  const { ask, isReady } = await start(config);
  await waitFor(isReady);
  const release = holdBack();
  const underWay = ask(TOKEN, { headers });
  await waitFor(async () => asked.length === 1);

  publish({ ...shared, identities: [] });
  await waitFor(async () => (await ask(TOKEN, { headers })).json.error_description === NOT_FOUND);
  release();
  const { status, json } = await underWay;
  expect([status, json.error_description, json.access_token]).toEqual([400, NOT_FOUND, undefined]);
  expect((await ask(TOKEN, { headers, localAddress: '127.0.0.2' })).status).toBe(200);
});

describe('two virtual machines at once', () => {
  const first = virtualMachine({ identities: [system, identity(3)] });
  const second = virtualMachine({
    resourceId: `${first.resourceId}-02`,
    sourceAddress: '127.0.0.2',
    identities: [identity(4, 'SystemAssigned'), user],
  });
  const both = async () => {
    const { config, publish } = await lab();
    publish(first);
    publish(second);
    const { ask, isReady } = await start(config);
    await waitFor(isReady);
    return (from: '127.0.0.1' | '127.0.0.2', selector = '') =>
      ask(`${TOKEN}${selector}`, { headers, localAddress: from });
  };

  it('gives each its own identity', async () => {
    const ask = await both();
    expect((await ask('127.0.0.1')).json.client_id).toBe(system.clientId);
    expect((await ask('127.0.0.2')).json.client_id).toBe(identity(4).clientId);
  });

  it.each([
    ['its system-assigned identity by client id', `&client_id=${identity(4).clientId}`],
    ['its system-assigned identity by object id', `&object_id=${identity(4).principalId}`],
    ['its user-assigned identity by client id', `&client_id=${user.clientId}`],
    ['its user-assigned identity by resource id', `&msi_res_id=${user.resourceId}`],
  ])("gives none the other's, asked for %s", async (_, selector) => {
    const ask = await both();
    expect((await ask('127.0.0.2', selector)).status).toBe(200);
    const { status, json } = await ask('127.0.0.1', selector);
    expect([status, json.error_description]).toEqual([400, NOT_FOUND]);
  });
});

it('rotates the certificate of an identity when portal asks for it, and lets nobody else', async () => {
  const { config, publish, handedOver, fabricAs } = await lab();
  publish(virtualMachine({ identities: [system] }));
  const { isReady, ports } = await start(config);
  await waitFor(isReady);
  const path = `/identities/${system.clientId.toUpperCase()}/certificates/rotate`;
  const rotate = (peer: Peer, at = path) =>
    fabricAs(peer, ports.fabric).then((client) => client.call('imds', 'POST', at));

  const { status, body } = await rotate('portal');
  const certificates = handedOver.at(-1)?.certificates.map((pem) => new X509Certificate(pem));
  expect(certificates).toHaveLength(2);
  expect([status, body]).toEqual([
    200,
    {
      clientId: system.clientId,
      thumbprint: certificates?.[1]?.fingerprint256.replaceAll(':', ''),
      notAfter: expect.any(Number),
    },
  ]);
  expect((await rotate('tests')).status).toBe(200);
  expect((await rotate('keyvault')).status).toBe(403);
  expect((await rotate('portal', '/identities/nobody/certificates/rotate')).status).toBe(404);
});

it('trusts an entra of the public authority only, and sends it nothing otherwise', async () => {
  const { config, publish, asked } = await lab({ trusted: false });
  publish(virtualMachine());
  const { ask, isReady } = await start(config);
  await waitFor(isReady);
  const { status, json } = await ask(TOKEN, { headers });
  expect([status, json.error]).toEqual([503, 'service_unavailable']);
  expect(asked).toEqual([]);
});

it('serves the token it has while entra is down', async () => {
  const fake = await lab();
  fake.publish(virtualMachine());
  const { ask, isReady } = await start(fake.config);
  await waitFor(isReady);
  const before = await ask(TOKEN, { headers });
  fake.close();
  expect((await ask(TOKEN, { headers })).json.access_token).toBe(before.json.access_token);
  expect((await ask(`${TOKEN}/`, { headers })).status).toBe(503);
});

it('survives connections without a request and bytes that are none, without a word in the log', async () => {
  const { config, publish } = await lab();
  publish(virtualMachine({ identities: [] }));
  const lines: string[] = [];
  const { ask, ports, isReady } = await start(config, pino({ write: (line: string) => lines.push(line) }) as never);
  await waitFor(isReady);
  const send = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(ports.vm ?? 0, '127.0.0.1', () => (bytes === '' ? socket.end() : socket.write(bytes)));
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
  await Promise.all(Array.from({ length: 100 }, () => send('')));
  expect(await send('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*\{"error":"Bad request/s);
  for (const request of [
    'GET /metadata/versions HTTP/1.1\r\n\r\n',
    'CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\n\r\n',
  ]) {
    expect(await send(request)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*\{"error":"Bad request/s);
  }
  const unexpected = 'GET /nothing HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n';
  expect(await send(unexpected)).toMatch(/^HTTP\/1\.1 404 Not Found\r\n.*\{"error":"not_found"\}$/s);
  expect(await send(`GET / HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  expect((await ask('/metadata/versions', { headers })).status).toBe(200);
  expect(lines).toEqual([]);
});

it('opens a listener for the App Service protocol only where it is configured', async () => {
  const { config } = await lab();
  expect((await start(config)).ports).not.toHaveProperty('appService');
  const { ports } = await start({ ...config, appService: { secretOf: String } });
  const { status } = await askAt(ports.appService ?? 0)('/msi/token', { headers: { 'X-IDENTITY-HEADER': '' } });
  expect(status).toBe(401);
  const noPath = await askAt(ports.appService ?? 0)('*', { method: 'OPTIONS' });
  expect(noPath.json).toMatchObject({ statusCode: 400, message: expect.any(String) });
});

it('gives each virtual machine a listener of its own where it is asked to, as they come and go', async () => {
  const { config, publish } = await lab();
  const { vmListen: _, ...embedded } = { ...config, machineListen: { host: '127.0.0.1', port: 0 } };
  const one = virtualMachine({ sourceAddress: undefined, identities: [system] });
  const two = { ...one, resourceId: `${one.resourceId}-b`, name: 'vm-app02', identities: [user] };
  publish(one);
  const { machines, isReady } = await start(embedded);
  await waitFor(isReady);
  publish(two);
  const portOf = (name: string) => machines().find((machine) => machine.name === name)?.port;
  await waitFor(async () => portOf('vm-app02') !== undefined);

  const [first = 0, second = 0] = [portOf('vm-app01'), portOf('vm-app02')];
  const clientIdAt = async (port: number) => (await askAt(port)(TOKEN, { headers })).json.client_id;
  expect(await clientIdAt(first)).toBe(system.clientId);
  await waitFor(async () => (await askAt(second)(TOKEN, { headers })).status === 200);
  expect(await clientIdAt(second)).toBe(user.clientId);
  expect((await askAt(first)(TOKEN, { headers, localAddress: '127.0.0.2' })).status).toBe(403);

  publish(two.resourceId);
  await waitFor(async () => portOf('vm-app02') === undefined);
  await expect(askAt(second)(TOKEN, { headers })).rejects.toThrow(/ECONNREFUSED/);
  expect(await clientIdAt(first)).toBe(system.clientId);
});

it('makes no key before an identity is asked for where it is told to, and then one for this identity only', async () => {
  const { config, publish, handedOver } = await lab();
  publish(virtualMachine());
  const { ask, isReady } = await start({ ...config, identityKeys: 'when asked' });
  await waitFor(isReady);
  expect(handedOver).toEqual([]);
  expect((await ask(TOKEN, { headers })).json.client_id).toBe(system.clientId);
  expect(handedOver.map(({ clientId }) => clientId)).toEqual([system.clientId]);
});

it('plays App Service: sites of the feed, told apart by their secrets, with keys of their own', async () => {
  const { config, publish, handedOver } = await lab();
  const { vmListen: _, ...appservice } = { ...config, appService: { listen: { host: '127.0.0.1', port: 0 } } };
  const { ports, isReady } = await start(appservice);
  expect(ports).not.toHaveProperty('vm');
  const ask = (secret: string) =>
    askAt(ports.appService ?? 0)('/msi/token?api-version=2019-08-01&resource=https://vault.azure.net', {
      headers: { 'X-IDENTITY-HEADER': secret },
    });
  expect((await ask('first')).status).toBe(503);
  publish(site('func-first', 'first', { identities: [system] }));
  publish(site('func-second', 'second', { identities: [user] }));
  await waitFor(isReady);
  expect((await ask('first')).json.client_id).toBe(system.clientId);
  expect((await ask('second')).status).toBe(400);
  expect((await ask('third')).status).toBe(401);
  expect(handedOver.map(({ clientId }) => clientId).sort()).toEqual([system.clientId, user.clientId]);

  publish(site('func-second', 'second').resourceId);
  await waitFor(async () => (await ask('second')).status === 401);
});

it("goes by the lab's clock as App Service too: a token that has ended is asked for anew, with a new certificate when that has", async () => {
  const DAY = 86_400;
  const { config, publish, moveClock, handedOver, asked } = await lab();
  const { vmListen: _, ...appservice } = { ...config, appService: { listen: { host: '127.0.0.1', port: 0 } } };
  const { ports, isReady } = await start(appservice);
  const expiresOn = async () => {
    const path = '/msi/token?api-version=2019-08-01&resource=https://vault.azure.net';
    const { json } = await askAt(ports.appService ?? 0)(path, { headers: { 'X-IDENTITY-HEADER': 'first' } });
    return Number(json.expires_on) - clock.now();
  };
  publish(site('func-first', 'first', { identities: [system] }));
  await waitFor(isReady);
  expect([await expiresOn(), await expiresOn(), asked.length]).toEqual([DAY, DAY, 1]);

  moveClock(25 * 3_600);
  await waitFor(async () => (await expiresOn()) === 25 * 3_600 + DAY);
  expect([asked.length, handedOver.length]).toEqual([2, 1]);

  moveClock(100 * DAY);
  await waitFor(async () => (await expiresOn()) === 101 * DAY);
  expect(handedOver.length).toBe(2);
});
