import { createServer, type IncomingMessage, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
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
  readonly app: RequestListener;
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
  /**
   * The body and headers for bytes that are no HTTP request (400), headers over the limit (431) or half a request (408):
   * they never reach the app, and still get the service's own error.
   */
  readonly malformed?: (status: 400 | 408 | 431) => { headers: Readonly<Record<string, string>>; body: string };
};

/**
 * Opens all listeners, or none: when one cannot listen, those already open are closed again.
 *
 * Headers have to arrive within ten seconds and are at most 32 KiB in all (a token fits twice). The body has no time
 * limit: uploads are long.
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

async function listen({
  app,
  address,
  tls,
  malformed,
  deferContinue,
}: Listener): Promise<{ port: number; close(): Promise<void> }> {
  const limits = {
    maxHeaderSize: 32 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 0,
    connectionsCheckingInterval: 2_000,
    requireHostHeader: false, // see below: Node's own refusal is nobody's error format
  };
  const handle: RequestListener = (req, res) => {
    if (req.headers.host !== undefined || req.httpVersion !== '1.1') return app(req, res);
    const { headers, body } = malformed?.(400) ?? NO_WORDS;
    res.writeHead(400, { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' }).end(body);
  };
  let server: Server | TlsServer;
  let stopRenewal = () => {};
  if (tls) {
    const { keyPair, clientCa } = tls;
    const client = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
    const secure = createTlsServer({ ...limits, ...keyPair.current(), ...client, minVersion: 'TLSv1.2' }, handle);
    stopRenewal = keyPair.onRenewal((pair) =>
      secure.setSecureContext({ ...pair, ...(clientCa && { ca: clientCa }), minVersion: 'TLSv1.2' }),
    );
    server = secure;
  } else {
    server = createServer(limits, handle);
  }
  if (deferContinue) server.on('checkContinue', handle);
  server.on('checkExpectation', handle); // any other than 100-continue is ignored, as RFC 9110 (10.1.1) allows
  server.on('connect', (_req, socket: Socket) => end(socket, 400, malformed));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(error, socket, malformed));
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

function refuse(error: NodeJS.ErrnoException, socket: Socket, malformed: Listener['malformed']): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  end(socket, status, malformed);
}

const NO_WORDS = { headers: {}, body: '' };

function end(socket: Socket, status: 400 | 408 | 431, malformed: Listener['malformed']): void {
  const { headers, body } = malformed?.(status) ?? NO_WORDS;
  const lines = Object.entries({ ...headers, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // Nobody else listens to a tunnel's socket, and a peer that never closes its side is not waited for.
  socket.on('error', () => {});
  socket.setTimeout(1_000, () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`);
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
