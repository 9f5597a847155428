import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type App, type Limits, serve } from './connections.ts';
import { plainRefusal, type Refusal, type RefusalStatus } from './refusal.ts';
import type { KeyPairSource } from './tls.ts';

/** Something that was started and can be closed. */
export type Running = { close(): Promise<void> };

/** A service that listens. `ports` are the real ones, also where 0 was asked for. */
export type RunningService<Name extends string> = Running & { readonly ports: Readonly<Record<Name, number>> };

export type ListenAddress = {
  /** A name binds to the interface that carries it, which is how a service keeps one network out of another. */
  readonly host: string;
  readonly port: number;
};

export type Listener = {
  readonly app: App;
  readonly address: ListenAddress;
  /**
   * The app answers `Expect: 100-continue` itself, with `res.writeContinue()` or its final status: a refused upload is
   * then never sent. Absent: Node answers `100` before the app sees the request.
   */
  readonly deferContinue?: boolean;
  readonly tls?: {
    readonly keyPair: KeyPairSource;
    /** PEM of the authority whose client certificates are required; absent: no client certificate is asked for. */
    readonly clientCa?: string;
  };
  /** Uploads are long: a body may take its time, as long as bytes come. Absent: half a minute for a request, whole. */
  readonly longBodies?: boolean;
  /**
   * The words for what the app cannot answer: bytes that are no HTTP request (400), headers over the limit (431), half a
   * request (408), a failure of the app's own error handler (500). Absent: those of the control API.
   */
  readonly malformed?: (status: RefusalStatus) => Refusal;
  /** For tests: other limits of time. */
  readonly limits?: Partial<Limits>;
};

const SHORT: Limits = { wholeRequestMs: 30_000, silenceMs: 10_000, lingerMs: 5_000 };
const LONG: Limits = { wholeRequestMs: 0, silenceMs: 60_000, lingerMs: 5_000 };

/**
 * Opens all listeners, or none: when one cannot listen, those already open are closed again.
 *
 * Headers have to arrive within ten seconds and are at most 32 KiB in all (a token fits twice). What becomes of requests
 * that are none is said in `connections.ts`.
 * @param closeOwn Closes what the service holds besides its listeners, such as its database. Called last.
 */
export async function listenAll<Name extends string>(
  listeners: Readonly<Record<Name, Listener>>,
  closeOwn: () => void | Promise<void> = () => {},
): Promise<RunningService<Name>> {
  const open: { close(): Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(open.map((server) => server.close()));
    await closeOwn();
  };
  const ports = {} as Record<Name, number>;
  try {
    for (const name of Object.keys(listeners) as Name[]) {
      const { port, ...server } = await listen(listeners[name]);
      open.push(server);
      ports[name] = port;
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { ports, close };
}

/** For headers, and for a TLS handshake. */
const HEADERS_MS = 10_000;

async function listen({
  app,
  address,
  tls,
  deferContinue,
  longBodies = false,
  malformed = plainRefusal,
  limits,
}: Listener): Promise<{ port: number; close(): Promise<void> }> {
  const { wholeRequestMs, ...patience } = { ...(longBodies ? LONG : SHORT), ...limits };
  const options = {
    maxHeaderSize: 32 * 1024,
    headersTimeout: Math.min(HEADERS_MS, wholeRequestMs || HEADERS_MS),
    requestTimeout: wholeRequestMs,
    connectionsCheckingInterval: Math.min(2_000, wholeRequestMs || HEADERS_MS),
    requireHostHeader: false, // see request-target.ts: Node's own refusal is nobody's error format
  };
  let server: Server | TlsServer;
  let stopRenewal = () => {};
  if (tls) {
    const { keyPair, clientCa } = tls;
    const client = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
    const handshake = { minVersion: 'TLSv1.2', handshakeTimeout: HEADERS_MS } as const;
    const secure = createTlsServer({ ...options, ...keyPair.current(), ...client, ...handshake });
    stopRenewal = keyPair.onRenewal((pair) =>
      secure.setSecureContext({ ...pair, ...(clientCa && { ca: clientCa }), minVersion: 'TLSv1.2' }),
    );
    server = secure;
  } else {
    server = createServer(options);
  }
  const handle = serve(server, app, malformed, { wholeRequestMs, ...patience });
  server.on('request', handle);
  if (deferContinue) server.on('checkContinue', handle);
  server.on('checkExpectation', handle); // any other than 100-continue is ignored, as RFC 9110 (10.1.1) allows
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address.host, port: address.port, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        stopRenewal();
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}

/** Ends the process in good order on the signals that `docker stop` and Ctrl-C send. For `main.ts` only. */
export function closeOnSignal(running: Running): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      running.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

/** The address a request came from, IPv4 written as IPv4. */
export const remoteAddress = (req: IncomingMessage): string => (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
