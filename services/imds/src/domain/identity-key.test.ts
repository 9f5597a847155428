import { expect, it } from 'vitest';
import { type IdentityKey, LIFE_SECONDS, nextStep, signingKey } from './identity-key.ts';

const now = 1_790_000_000;
const key = (id: number, confirmedIn: string | null, age = 0): IdentityKey => ({
  ...{ id, clientId: 'client', certificate: 'certificate', privateKey: 'key', confirmedIn },
  ...{ notBefore: now - age, notAfter: now - age + LIFE_SECONDS },
});

it.each([
  ['an identity without a key', [], 'make'],
  ['a key that was never confirmed', [key(1, null)], 'hand over'],
  ['a key of another epoch', [key(1, 'before')], 'hand over'],
  ['a confirmed key', [key(1, 'epoch')], 'rest'],
  ['a key just under half of its life', [key(1, 'epoch', LIFE_SECONDS / 2 - 1)], 'rest'],
  ['a key at half of its life', [key(1, 'epoch', LIFE_SECONDS / 2)], 'make'],
  ['a new key beside an old one', [key(1, 'epoch', LIFE_SECONDS / 2), key(2, null)], 'hand over'],
])('decides for %s', (_, keys, step) => expect(nextStep(keys, { epoch: 'epoch', now })).toBe(step));

it('renews a key that is to be replaced, once', () => {
  const at = { epoch: 'epoch', now, replaced: 1 };
  expect(nextStep([key(1, 'epoch')], at)).toBe('make');
  expect(nextStep([key(1, 'epoch'), key(2, null)], at)).toBe('hand over');
  expect(nextStep([key(2, 'epoch')], at)).toBe('rest');
});

it.each([
  ['the old key until the new one is confirmed', [key(1, 'epoch'), key(2, null)], 1],
  ['the new key from then on', [key(1, 'epoch'), key(2, 'epoch')], 2],
  ['none of another epoch', [key(1, 'before')], undefined],
  ['none whose certificate has expired', [key(1, 'epoch', LIFE_SECONDS)], undefined],
])('signs with %s', (_, keys, id) => expect(signingKey(keys, 'epoch', now)?.id).toBe(id));

it('makes another for a key from the future, and does not sign with that: the clock was set back', () => {
  const future = { ...key(1, 'epoch'), notBefore: now + 1 };
  expect(nextStep([future], { epoch: 'epoch', now })).toBe('make');
  expect(signingKey([future], 'epoch', now)).toBeUndefined();
});
