import type { FlowEvent } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { eventStore } from './event-store.ts';

const event = (service: string, sequence: number) => ({ service, sequence }) as FlowEvent;
const store = (most?: number) => eventStore({ now: () => 7, later: (work) => work(), ...(most && { most }) });

it('keeps the newest', () => {
  const events = store(2);
  events.add([event('imds', 1), event('imds', 2), event('imds', 3)]);
  expect(events.read().events.map(({ sequence }) => sequence)).toEqual([2, 3]);
});

it('says which service was restarted, and where events are missing', () => {
  const events = store();
  events.add([event('imds', 4), event('entra', 9)]);
  events.add([event('imds', 6), event('entra', 1)]);
  expect(events.read().notices).toEqual([
    { kind: 'missed', service: 'imds', at: 7 },
    { kind: 'restarted', service: 'entra', at: 7 },
  ]);
});

it('says when the stream was lost, and when it is back, once each', () => {
  const events = store();
  for (const connection of ['live', 'lost', 'lost', 'live', 'live'] as const) events.connection(connection);
  expect(events.read().notices.map(({ kind }) => kind)).toEqual(['lost', 'back']);
});

it('tells who listens once, however many came in one turn', async () => {
  const events = eventStore();
  let told = 0;
  events.subscribe(() => {
    told += 1;
  });
  events.add([event('imds', 1)]);
  events.add([event('imds', 2)]);
  await Promise.resolve();
  expect(told).toBe(1);
});
