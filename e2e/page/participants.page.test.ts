/**
 * Several people on one lab, in real browsers against real containers, which are started as docs/workshop/en/trainer.md says:
 * the trainer, and two of the four who have a place, each in a browser of their own, under a name that is not localhost.
 */
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { type PageContext, type RunningContext, startContext } from './context.ts';
import { ownPartSuite } from './participants/own-part.ts';
import { settingsSuite } from './participants/settings.ts';
import { signInSuite } from './participants/sign-in.ts';
import { workSuite } from './participants/work.ts';

const HOST = 'lab.room.test';
const LAB_FILE = './lab.workshop.yaml';

let running: RunningContext;
beforeAll(async () => {
  running = await startContext({
    lab: {
      variant: 'default',
      labFile: LAB_FILE,
      profiles: ['participants'],
      // Not at an address that others reach: `settings` asks Compose what LAB_LISTEN_ADDRESS would do.
      settings: { LAB_ROOM: 'true', LAB_ALLOWED_HOSTS: HOST },
    },
    host: HOST,
    embedded: { labFile: LAB_FILE },
  });
});
afterEach(async () => expect(await running.endTest()).toEqual([]));
afterAll(() => running?.close());

/** The suites have it before it has started. */
const context = new Proxy({} as PageContext, { get: (_, name) => Reflect.get(running, name, running) });

describe('in a room', () => signInSuite(context));
describe('a participant', () => ownPartSuite(context));
describe('participants at work', () => workSuite(context));
describe('what the trainer sets', () => settingsSuite(context));
