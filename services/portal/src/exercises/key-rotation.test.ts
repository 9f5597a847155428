import type { FlowEvent } from '@lab/shared/events.ts';
import { expect, it } from 'vitest';
import { happened, passedIn, tokenGiven } from '../testing/evidence.ts';
import { keyRotation } from './key-rotation.ts';

const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
const given = (minute: number, kid: string): FlowEvent =>
  tokenGiven('vm-app01', `token-${kid}`, { at: at(minute), issued: { header: { kid }, claims: {} } });
const read = (minute: number, kid: string, what: Partial<FlowEvent> = {}): FlowEvent =>
  happened('keyvault', {
    ...{ operation: 'GetSecret', caller: 'vm-app01', at: at(minute), tokenId: `token-${kid}` },
    ...{ token: { header: { kid }, claims: {} } },
    ...what,
  });
const BEFORE = [given(1, 'old'), read(2, 'old')];

it('is passed by tokens of the key before and of the new one, both good after the rotation', () => {
  const events = [...BEFORE, given(3, 'new'), read(4, 'old'), read(5, 'new')];
  expect(passedIn(keyRotation, { events })).toEqual(['read', 'rotated', 'old-key', 'new-key']);
});

it('is not passed without a rotation', () => {
  const events = [...BEFORE, given(3, 'old'), read(4, 'old'), read(5, 'old')];
  expect(passedIn(keyRotation, { events })).toEqual(['read']);
});

it('does not take what was read before the rotation for what is read after it', () => {
  const events = [...BEFORE, given(3, 'new'), read(5, 'new')];
  expect(passedIn(keyRotation, { events })).toEqual(['read', 'rotated', 'new-key']);
});

it('does not count what the vault refused', () => {
  const events = [...BEFORE, given(3, 'new'), read(4, 'old', { status: 401 }), read(5, 'new', { status: 401 })];
  expect(passedIn(keyRotation, { events })).toEqual(['read', 'rotated']);
});

it('does not count what another machine read', () => {
  expect(passedIn(keyRotation, { events: [read(1, 'old', { caller: 'outsider' })] })).toEqual([]);
});
