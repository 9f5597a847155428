import { expect, it } from 'vitest';
import { parseMemory } from './bench.ts';

it.each([
  ['57.2MiB', 57.2 * 1024 * 1024],
  ['884KiB', 884 * 1024],
  ['1.5GiB', 1.5 * 1024 ** 3],
])('reads %s as docker stats writes it', (text, bytes) => expect(parseMemory(text)).toBe(bytes));

it('refuses what is no amount of memory', () => {
  expect(() => parseMemory('--')).toThrow();
});
