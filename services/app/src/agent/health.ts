import { randomUUID } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { Route } from './route.ts';

/** GET /health 200 { ready: true, instance, name, addresses }: another instance after each restart. */
export const healthRoute = (instance: string): Route => ({
  method: 'GET',
  path: '/health',
  answer: async () => ({ status: 200, body: { ready: true, instance, ...whoWeAre() } }),
});

export const newInstance = (): string => randomUUID();

/** By which addresses the services know this machine: their events are shown with its name. */
const whoWeAre = () => ({
  name: hostname(),
  addresses: Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address)
    .slice(0, 16),
});
