/** An `arm` and an `entra` for the tests of the whole service: real TLS on loopback, and as much behaviour as IMDS sees. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fixedClock } from '@lab/shared/clock.ts';
import type { TlsConfig } from '@lab/shared/config.ts';
import { type FabricClient, fabricClient } from '@lab/shared/fabric/client.ts';
import { fabricName, type Peer } from '@lab/shared/fabric/peers.ts';
import type { KeyPair, KeyPairSource } from '@lab/shared/http/tls.ts';
import { certificateAuthority, leafCertificate } from '@lab/shared/x509/certificates.ts';
import type { Config } from './config.ts';
import type { Host } from './domain/host.ts';

// TLS goes by the system's time, so the lab's starts there.
export const clock = fixedClock(Math.floor(Date.now() / 1000));
const validity = { notBefore: clock.now() - 60, notAfter: clock.now() + 3_600 };
const publicCa = await certificateAuthority('Public CA', validity);
const fabricCa = await certificateAuthority('Fabric CA', validity);

const leaf = (ca: KeyPair, commonName: string): Promise<KeyPair> =>
  leafCertificate(ca, { commonName, dnsNames: [commonName], ipAddresses: ['127.0.0.1'], validity });
const constant = (pair: KeyPair): KeyPairSource => ({ current: () => pair, onRenewal: () => () => {} });

type Handler = (req: IncomingMessage, body: string, res: ServerResponse) => void;

async function serve(options: object, handle: Handler): Promise<{ server: Server; port: number }> {
  const server = createServer(options, async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    handle(req, body, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const answer = (res: ServerResponse, status: number, body: unknown) =>
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** @param trusted Whether `entra` has a certificate of the lab's public authority. */
export async function fakeLab({ trusted = true } = {}) {
  const armPair = await leaf(fabricCa, 'arm.fabric');
  const imdsPair = await leaf(fabricCa, 'imds.fabric');
  const entraPair = await leaf(trusted ? publicCa : fabricCa, 'localhost');

  const clients: FabricClient[] = [];
  let epoch = randomUUID();
  let revision = 0;
  let changes: object[] = [];
  const waiting = new Set<ServerResponse>();
  const handedOver: { clientId: string; certificates: string[] }[] = [];
  const asked: URLSearchParams[] = [];

  const arm = await serve(
    { ...armPair, ca: fabricCa.cert, requestCert: true, rejectUnauthorized: true },
    (req, body, res) => {
      const url = new URL(req.url ?? '', 'https://arm.fabric');
      if (req.method === 'PUT') {
        handedOver.push({ clientId: url.pathname.split('/')[2] ?? '', ...JSON.parse(body) });
        answer(res, 200, {});
      } else if (
        revision === 0 ||
        (url.searchParams.get('epoch') === epoch && url.searchParams.get('since') === String(revision))
      ) {
        waiting.add(res);
      } else {
        answer(res, 200, { epoch, revision, changes });
      }
    },
  );
  let held = Promise.resolve();
  let ahead = 0;
  const entra = await serve(entraPair, async (_req, body, res) => {
    asked.push(new URLSearchParams(body));
    await held;
    const now = clock.now() + ahead;
    const accessToken = `e30.${Buffer.from(JSON.stringify({ uti: `uti-${asked.length}` })).toString('base64url')}.c2ln`;
    answer(res, 200, { access_token: accessToken, expires_on: String(now + 86_400), not_before: String(now) });
  });

  const tls: TlsConfig = {
    publicKeyPair: constant(entraPair),
    fabricKeyPair: constant(imdsPair),
    publicCa: publicCa.cert,
    fabricCa: fabricCa.cert,
  };
  const loopback = { host: '127.0.0.1', port: 0 };
  const authorityOrigin = `https://localhost:${entra.port}`;
  const config: Config = {
    vmListen: loopback,
    control: { fabric: loopback, health: loopback, origins: { arm: `https://127.0.0.1:${arm.port}` } },
    tls,
    databasePath: ':memory:',
    authorityOrigin,
    clock,
  };
  const tell = (change: object) => {
    revision += 1;
    changes = [...changes, change];
    for (const res of waiting) answer(res, 200, { epoch, revision, changes });
    waiting.clear();
  };
  const publish = (host: Host | string) => {
    const [id, value] = typeof host === 'string' ? [host, null] : [host.resourceId, host];
    const kind = id.includes('/Microsoft.Web/') ? 'site' : 'virtualMachine';
    tell({ kind, id, value });
  };
  return {
    /** A client of a control API on this port, with the certificate of this peer. */
    fabricAs: async (peer: Peer, port: number) => {
      const client = fabricClient({
        keyPair: constant(await leaf(fabricCa, fabricName(peer))),
        ca: fabricCa.cert,
        origins: { imds: `https://127.0.0.1:${port}` },
      });
      clients.push(client);
      return client;
    },
    config,
    authorityOrigin,
    handedOver,
    asked,
    /** Says in the feed that a machine or a site is so now; an id alone, that it has gone. */
    publish,
    /** Moves the lab's clock forward, to so many seconds ahead of `clock`. */
    moveClock: (offsetSeconds: number) => {
      ahead = offsetSeconds;
      tell({ kind: 'labClock', id: 'clock', value: { offsetSeconds, heldAt: null } });
    },
    /** Makes `entra` keep everybody waiting until the function that is returned is called. */
    holdBack: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    /** Begins another epoch, in which there is nothing. */
    reset: () => {
      epoch = randomUUID();
      changes = [];
      for (const res of waiting) answer(res, 200, { epoch, revision, changes });
      waiting.clear();
    },
    close: () => {
      for (const client of clients) void client.close();
      for (const { server } of [arm, entra]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}
