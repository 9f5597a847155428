import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ListenAddress, Running } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import type { NameServer } from '../name-server.ts';
import { LONGEST_QUERY } from '../wire.ts';

/** How long a connection may be silent, and how long it may last at all: RFC 7766, section 6.2.3, leaves both to us. */
const SILENCE_MS = 5_000;
const LIFETIME_MS = 30_000;
const MOST_CONNECTIONS = 64;
/** A resolver needs one. More would let one machine keep all the others waiting. @see RFC 7766, section 6.2.2 */
const MOST_PER_CLIENT = 8;

/** Messages with their length before them, one after another. @see https://www.rfc-editor.org/rfc/rfc7766 */
export async function listenTcp(
  { host, port }: ListenAddress,
  serve: NameServer,
  log: Log,
  { silenceMs = SILENCE_MS, lifetimeMs = LIFETIME_MS } = {},
): Promise<Running & { readonly port: number }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const { remoteAddress } = socket;
    if ([...open].filter((other) => other.remoteAddress === remoteAddress).length >= MOST_PER_CLIENT) {
      socket.destroy();
      return;
    }
    open.add(socket);
    const end = () => socket.destroy();
    const lifetime = setTimeout(end, lifetimeMs);
    socket.setTimeout(silenceMs, end);
    socket.on('close', () => {
      open.delete(socket);
      clearTimeout(lifetime);
    });
    socket.on('error', () => {}); // a client that hangs up is no failure of ours
    converse(socket, serve).then(() => socket.end(), end);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  server.on('error', (error) => log.error({ err: error }, 'the TCP socket failed'));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Ends when the client has said all; rejects when it gets no answer, and with it no further one. */
async function converse(socket: Socket, serve: NameServer): Promise<void> {
  const address = socket.remoteAddress ?? '';
  let received: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    while (received.length >= 2) {
      const length = received.readUInt16BE(0);
      if (length > LONGEST_QUERY) throw new Error('too long for a query');
      if (received.length < 2 + length) break;
      const response = await serve(received.subarray(2, 2 + length), { address, transport: 'TCP' });
      if (!response) throw new Error('not to be answered');
      received = received.subarray(2 + length);
      const framed = Buffer.alloc(2 + response.length);
      framed.writeUInt16BE(response.length);
      response.copy(framed, 2);
      if (!socket.write(framed)) await once(socket, 'drain');
    }
  }
}
