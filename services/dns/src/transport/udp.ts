import { createSocket } from 'node:dgram';
import type { ListenAddress, Running } from '@lab/shared/http/lifecycle.ts';
import type { Log } from '@lab/shared/log.ts';
import type { NameServer } from '../name-server.ts';

/** Questions that wait for an answer at the same time. What comes on top is dropped, and asked again by its resolver. */
const MOST_AT_ONCE = 1_000;

/** A datagram in, a datagram out. */
export async function listenUdp(
  { host, port }: ListenAddress,
  serve: NameServer,
  log: Log,
): Promise<Running & { readonly port: number }> {
  const socket = createSocket('udp4');
  let waiting = 0;
  socket.on('message', (message, { address, port: replyPort }) => {
    if (waiting >= MOST_AT_ONCE) return;
    waiting += 1;
    serve(message, { address, transport: 'UDP' })
      .then((response) => {
        // A reply that cannot be sent, such as to port 0, is the asker's loss.
        if (response && replyPort > 0) socket.send(response, replyPort, address, () => {});
      })
      .catch((error) => log.error({ err: error }, 'unexpected failure'))
      .finally(() => {
        waiting -= 1;
      });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  socket.on('error', (error) => log.error({ err: error }, 'the UDP socket failed'));
  return { port: socket.address().port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}
