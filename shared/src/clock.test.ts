import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type ClockSetting, fixedClock, labClock } from './clock.ts';
import type { Change } from './feed/resources.ts';
import { openDatabase } from './sqlite.ts';

const START = 1_790_000_000;
const KNOWN = { fresh: false };

const changes = (value: ClockSetting | null): { changes: Change[] } => ({
  changes: [{ kind: 'labClock', id: 'clock', value }],
});

function open(path = ':memory:') {
  const db = openDatabase(path, import.meta.dirname); // which has no migrations
  const system = fixedClock(START);
  return { db, system, clock: labClock(db, system) };
}

it('is the system clock until it is moved', () => {
  const { system, clock } = open();
  expect(clock.now()).toBe(START);
  system.advance(7);
  expect(clock.now()).toBe(START + 7);
});

it('goes as far ahead of the system clock as was said, and stands where it is held', () => {
  const { system, clock } = open();
  clock.follow(changes({ offsetSeconds: 100, heldAt: null }), KNOWN);
  system.advance(7);
  expect(clock.now()).toBe(START + 107);
  clock.follow(changes({ offsetSeconds: 100, heldAt: START + 107 }), KNOWN);
  system.advance(7);
  expect(clock.now()).toBe(START + 107);
});

it('is changed by what is said of it, and of a new epoch that says nothing is the system clock again', () => {
  const { clock } = open();
  expect(clock.follow(changes({ offsetSeconds: 100, heldAt: null }), KNOWN)).toBe(true);
  expect(clock.follow({ changes: [] }, KNOWN)).toBe(false);
  expect(clock.now()).toBe(START + 100);
  expect(clock.follow({ changes: [] }, { fresh: true })).toBe(true);
  expect(clock.now()).toBe(START);
});

it('goes on after a restart where it was', () => {
  const directory = mkdtempSync(join(tmpdir(), 'clock-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'data.sqlite');
  const before = open(path);
  before.clock.set({ offsetSeconds: 86_400, heldAt: null });
  before.db.close();
  const { db, clock } = open(path);
  expect(clock.now()).toBe(START + 86_400);
  db.close();
  expect(clock.now()).toBe(START + 86_400); // also for who is late when a service ends
});

it('is not moved by a transaction that is rolled back', () => {
  const { db, clock } = open();
  const fail = db.transaction(() => {
    clock.set({ offsetSeconds: 100, heldAt: null });
    expect(clock.now()).toBe(START + 100);
    throw new Error('no');
  });
  expect(fail).toThrow('no');
  expect(clock.now()).toBe(START);
});
