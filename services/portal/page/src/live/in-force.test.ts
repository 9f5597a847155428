import type { Fault } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { labTime, striking } from './in-force.ts';

const clock = { now: 1_000, offsetSeconds: 0, heldAt: null };

it("lets the lab's time go on from when it was read", () => {
  expect(labTime({ clock, readAt: 50_000 }, 53_900)).toBe(1_003);
  expect(labTime({ clock, readAt: 50_000 }, 49_000)).toBe(1_000);
});

it('lets it stand where it is held', () => {
  expect(labTime({ clock: { ...clock, heldAt: 900 }, readAt: 0 }, 60_000)).toBe(900);
});

it("takes the browser's time while the lab's is not known", () => {
  expect(labTime({ clock: undefined, readAt: 0 }, 60_500)).toBe(60);
});

it('counts faults that still strike, and no others', () => {
  const fault = { id: 'a', service: 'imds', effect: { cut: true }, applied: 0 } satisfies Fault;
  const faults: Fault[] = [
    fault,
    { ...fault, id: 'b', remaining: 0 },
    { ...fault, id: 'c', remaining: 2 },
    { ...fault, id: 'd', until: '1970-01-01T00:01:00.000Z' },
  ];
  expect(striking(faults, 59_999).map(({ id }) => id)).toEqual(['a', 'c', 'd']);
  expect(striking(faults, 60_000).map(({ id }) => id)).toEqual(['a', 'c']);
  expect(striking(undefined)).toEqual([]);
});
