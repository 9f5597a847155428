import { expect, it } from 'vitest';
import { isToken, linkOf, takeCode } from './session-code.ts';

it.each([
  ['#/room?code=k7m2x-9qd4f', 'k7m2x-9qd4f', '#/room'],
  ['#/room?code=a%20b&tab=1', 'a b', '#/room?tab=1'],
  ['#/flow?flow=x', undefined, '#/flow?flow=x'],
  ['#/room', undefined, '#/room'],
  ['', undefined, ''],
])('takes the code out of the address: %s', (hash, code, left) => {
  expect(takeCode(hash)).toEqual({ code, hash: left });
});

it('makes the link that is taken apart again', () => {
  const link = linkOf(' http://lab.example:8080/ ', 'k7m2x-9qd4f');
  expect(link).toBe('http://lab.example:8080/#/room?code=k7m2x-9qd4f');
  expect(takeCode(new URL(link).hash).code).toBe('k7m2x-9qd4f');
});

it('tells the token of the lab from a code of a participant', () => {
  expect([isToken('a'.repeat(43)), isToken('k7m2x-9qd4f'), isToken(' k7m2x 9qd4f ')]).toEqual([true, false, false]);
});
