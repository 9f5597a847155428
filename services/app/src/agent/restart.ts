import type { Route } from './route.ts';

/** POST /restart 202 { instance }, and then the agent ends, and with it every program that runs beside it. */
export const restartRoute = (instance: string, restart: () => void): Route => ({
  method: 'POST',
  path: '/restart',
  answer: async () => ({ status: 202, body: { instance }, afterwards: restart }),
});
