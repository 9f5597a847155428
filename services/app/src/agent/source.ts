import { type ProgramSource, programSource } from '../program-source.ts';
import type { Route } from './route.ts';

/** GET /source 200 { file, text, steps }: the program that a run runs. */
export const sourceRoute = (
  read: () => Promise<ProgramSource> = () =>
    programSource(new URL('../program.ts', import.meta.url), 'services/app/src/program.ts'),
): Route => ({
  method: 'GET',
  path: '/source',
  answer: async () => ({ status: 200, body: await read() }),
});
