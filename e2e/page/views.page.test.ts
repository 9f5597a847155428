/**
 * The page in a real browser against real containers: one lab and one browser for the suites of all views, each in a file
 * of its own in `views/`.
 */
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { RunningContext } from './context.ts';
import { startContext } from './context.ts';
import { accessSuite } from './views/access.ts';
import { consoleSuite } from './views/console.ts';
import { imdsFailingSuite } from './views/exercises/imds-failing.ts';
import { tokensAndKeysSuite } from './views/exercises/tokens-and-keys.ts';
import { exercisesSuite } from './views/exercises.ts';
import { faultsSuite } from './views/faults.ts';
import { flowSuite } from './views/flow.ts';
import { flowStreamSuite } from './views/flow-stream.ts';
import { isolationSuite } from './views/isolation.ts';
import { quizSuite } from './views/quiz.ts';
import { roomSuite } from './views/room.ts';
import { shellSuite } from './views/shell.ts';
import { startSuite } from './views/start.ts';
import { tokensSuite } from './views/tokens.ts';

let running: RunningContext;
beforeAll(async () => {
  running = await startContext();
});
afterEach(async () => expect(await running.endTest()).toEqual([]));
afterAll(() => running?.close());

/** The suites have it before it has started. */
const context = new Proxy({} as RunningContext, { get: (_, name) => Reflect.get(running, name, running) });

describe('the shell', () => shellSuite(context));
describe('start', () => startSuite(context));
describe('flow', () => {
  flowSuite(context);
  flowStreamSuite(context);
});
describe('isolation', () => isolationSuite(context));
describe('tokens', () => tokensSuite(context));
describe('access', () => accessSuite(context));
describe('faults', () => faultsSuite(context));
describe('console', () => consoleSuite(context));
describe('exercises', () => exercisesSuite(context));
describe('exercises, done', () => {
  imdsFailingSuite(context);
  tokensAndKeysSuite(context);
});
describe('quiz', () => quizSuite(context));
describe('room', () => roomSuite(context));
