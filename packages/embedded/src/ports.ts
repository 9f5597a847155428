import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { ListenAddress } from '@lab/shared/http/lifecycle.ts';

export const LOOPBACK = '127.0.0.1';
export const ANY_PORT: ListenAddress = { host: LOOPBACK, port: 0 };

/** Two ports that are free now. Somebody else could take one before it is used: `startLab` then begins again. */
export async function twoFreePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()].map((server) => server.listen(0, LOOPBACK));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number];
}
