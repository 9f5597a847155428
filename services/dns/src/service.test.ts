/** The whole service on loopback: UDP and TCP by the resolver of Node, the feed of a make-believe `arm`, health. */
import { Resolver } from 'node:dns/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@lab/shared/clock.ts';
import { fabricClient } from '@lab/shared/fabric/client.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { listenAll, type RunningService } from '@lab/shared/http/lifecycle.ts';
import type { KeyPair, KeyPairSource } from '@lab/shared/http/tls.ts';
import { silentLog } from '@lab/shared/log.ts';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import express from 'express';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Config } from './config.ts';
import { startDns } from './service.ts';
import { account, addressIn, EPOCH, query, toReply, vault } from './testing.ts';
import { listenTcp } from './transport/tcp.ts';

const loopback = { host: '127.0.0.1', port: 0 };
const directory = mkdtempSync(join(tmpdir(), 'dns-'));
let arm: RunningService<'fabric'>;
let config: Config;
let dns: Awaited<ReturnType<typeof startDns>>;
let fabricCa: KeyPair;
let leaf: (service: string) => Promise<KeyPairSource>;

beforeAll(async () => {
  const now = systemClock.now();
  const validity = { notBefore: now - 60, notAfter: now + 3_600 };
  fabricCa = await certificateAuthority('fabric', validity);
  leaf = async (service) => {
    const name = `${service}.fabric`;
    const pair = await leafCertificate(fabricCa, { commonName: name, dnsNames: [name], validity });
    return { current: () => pair, onRenewal: () => () => {} };
  };
  const feed = express().get('/feed', allow('dns'), (req, res) => {
    if (req.query.epoch === EPOCH) return; // nothing new: a long poll that lasts until the service closes
    res.json({ epoch: EPOCH, revision: 1, changes: [vault('kv-lab'), account('stlab')] });
  });
  arm = await listenAll({
    fabric: { app: feed, address: loopback, tls: { keyPair: await leaf('arm'), clientCa: fabricCa.cert } },
  });
  config = {
    dnsListen: loopback,
    clientSubnet: '127.0.0.0/8',
    lookup: async (name) => [name === 'vault.azure.net' ? '127.0.0.2' : '127.0.0.3'],
    control: { fabric: loopback, health: loopback, origins: { arm: `https://127.0.0.1:${arm.ports.fabric}` } },
    tls: { publicKeyPair: await leaf('none'), fabricKeyPair: await leaf('dns'), publicCa: '', fabricCa: fabricCa.cert },
    databasePath: join(directory, 'data.sqlite'),
    clock: systemClock,
  };
  dns = await startDns(config, silentLog);
  await vi.waitFor(async () => expect(await health()).toBe(200));
});
afterAll(async () => {
  await Promise.all([dns.close(), arm.close()]);
  rmSync(directory, { recursive: true });
});

const health = async () => (await fetch(`http://127.0.0.1:${dns.ports.health}/`)).status;
const resolver = (port: number) => {
  const made = new Resolver({ timeout: 2_000, tries: 1 });
  made.setServers([`127.0.0.1:${port}`]);
  return made;
};

/** Sends messages over one TCP connection, each cut in two, and reads that many answers. */
async function overTcp(port: number, messages: Buffer[], count = messages.length): Promise<Buffer[]> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  const answers: Buffer[] = [];
  let received: Buffer = Buffer.alloc(0);
  for (const message of messages) {
    const framed = Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
    socket.write(framed.subarray(0, 1));
    socket.write(framed.subarray(1));
  }
  try {
    for await (const chunk of socket) {
      received = Buffer.concat([received, chunk as Buffer]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const length = received.readUInt16BE(0);
        answers.push(received.subarray(2, 2 + length));
        received = received.subarray(2 + length);
      }
      if (answers.length >= count) break;
    }
  } catch {
    // Hung up on: what came before is what there is.
  }
  socket.destroy();
  return answers;
}

it('answers over UDP', async () => {
  const ask = resolver(dns.ports.dns);
  expect(await ask.resolve4('kv-lab.vault.azure.net')).toEqual(['127.0.0.2']);
  expect(await ask.resolve4('STLAB.blob.core.windows.net')).toEqual(['127.0.0.3']);
  await expect(ask.resolve6('kv-lab.vault.azure.net')).rejects.toThrow('ENODATA');
  await expect(ask.resolve4('kv-none.vault.azure.net')).rejects.toThrow('ENOTFOUND');
  await expect(ask.resolve4('www.example.com')).rejects.toThrow('ENOTFOUND');
});

it('answers over TCP, several questions in one connection, however they are cut', async () => {
  const messages = ['kv-lab.vault.azure.net', 'kv-none.vault.azure.net', 'stlab.blob.core.windows.net'].map(
    (name, id) => query(name, { id }),
  );
  const replies = (await overTcp(dns.ports.dns, messages)).map(toReply);
  expect(replies.map(({ id, rcode }) => `${id} ${rcode}`)).toEqual(['0 NOERROR', '1 NXDOMAIN', '2 NOERROR']);
  expect(addressIn(replies[2])).toBe('127.0.0.3');
});

it('hangs up on who sends what is no question', async () => {
  expect(await overTcp(dns.ports.dns, [Buffer.alloc(3)], 1)).toEqual([]);
  expect(await overTcp(dns.ports.dns, [Buffer.alloc(5_000)], 1)).toEqual([]);
});

it('hangs up on who is silent, and on who never ends', async () => {
  const limits = { silenceMs: 20, lifetimeMs: 60 };
  const listener = await listenTcp(loopback, async () => undefined, silentLog, limits);
  const [silent, endless] = [1, 2].map(() => {
    // Hung up on in the middle of a word, it may see a reset.
    return connect(listener.port, '127.0.0.1')
      .resume()
      .on('error', () => {});
  }) as [Socket, Socket];
  const drip = setInterval(() => endless.write(Buffer.from([0])), 5);
  const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
  await Promise.all([closed(silent), closed(endless)]);
  clearInterval(drip);
  await listener.close();
});

it('leaves one client eight connections, so that others find one', async () => {
  const echo = async (message: Buffer) => message;
  const listener = await listenTcp(loopback, echo, silentLog);
  const sockets: Socket[] = [];
  /** What comes back to a question from this address on a connection of its own, which stays open. */
  const ask = (localAddress: string) =>
    new Promise<string>((resolve) => {
      const socket = connect({ port: listener.port, host: '127.0.0.1', localAddress });
      sockets.push(socket);
      socket.on('error', () => {}).once('close', () => resolve('hung up on'));
      socket.once('data', () => resolve('answered')).write(Buffer.from([0, 1, 7]));
    });
  const answers: string[] = [];
  for (let asked = 0; asked < 9; asked += 1) answers.push(await ask('127.0.0.7'));
  expect(answers).toEqual([...Array(8).fill('answered'), 'hung up on']);
  expect(await ask('127.0.0.8')).toBe('answered');
  for (const socket of sockets) socket.destroy();
  await listener.close();
});

it('keeps the names over a restart, also while arm is down', async () => {
  const unreachable = { ...config.control, origins: { arm: 'https://127.0.0.1:9' } };
  const again = await startDns({ ...config, control: unreachable }, silentLog);
  expect(await resolver(again.ports.dns).resolve4('kv-lab.vault.azure.net')).toEqual(['127.0.0.2']);
  await again.close();
});

it('is not ready, and denies no vault, before arm was ever heard', async () => {
  const unreachable = { ...config.control, origins: { arm: 'https://127.0.0.1:9' } };
  const early = await startDns({ ...config, databasePath: ':memory:', control: unreachable }, silentLog);
  expect((await fetch(`http://127.0.0.1:${early.ports.health}/`)).status).toBe(503);
  await expect(resolver(early.ports.dns).resolve4('kv-lab.vault.azure.net')).rejects.toThrow('ESERVFAIL');
  await early.close();
});

it('shows its events to the portal, and to nobody who is not allowed', async () => {
  const ask = async (service: string) => {
    const origins = { dns: `https://127.0.0.1:${dns.ports.fabric}` };
    const client = fabricClient({ keyPair: await leaf(service), ca: fabricCa.cert, origins });
    return client.call('dns', 'GET', '/events').finally(() => client.close());
  };
  expect((await ask('blob')).status).toBe(403);
  expect(await ask('portal')).toMatchObject({ status: 200, body: { events: expect.any(Array) } });
});

it('opens nothing when a port is taken', async () => {
  const taken = { ...config, databasePath: ':memory:', dnsListen: { host: '127.0.0.1', port: dns.ports.dns } };
  await expect(startDns(taken, silentLog)).rejects.toThrow('EADDRINUSE');
});
