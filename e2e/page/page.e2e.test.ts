/**
 * The page in a real browser against real containers: one lab and one browser for the suites of all views, each in a file
 * of its own in `views/`.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import type { PageContext, RunningContext } from './context.ts';
import { startContext } from './context.ts';
import { shellSuite } from './views/shell.ts';
import { startSuite } from './views/start.ts';

let running: RunningContext;
beforeAll(async () => {
  running = await startContext();
});
afterAll(() => running?.close());

/** Known to the suites before it is there. */
const context = new Proxy({} as PageContext, { get: (_, name) => Reflect.get(running, name, running) });

describe('the shell', () => shellSuite(context));
describe('start', () => startSuite(context));
