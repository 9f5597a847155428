import { expect, it } from 'vitest';
import { excerptLines } from './excerpt-lines.ts';

const FILE = [
  'services:',
  '',
  '  # who',
  '  app:',
  '    image: app',
  '    networks:',
  '      vm: {}',
  '      azure: {}',
  '    volumes:',
  '      - a',
  '      - b',
];
const numbers = (lines: ReturnType<typeof excerptLines>) => lines.map(({ number }) => number);

it('goes from the beginning of the block to a little after the marked lines', () => {
  const lines = excerptLines(FILE, 6, 8);
  expect(numbers(lines)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(lines.filter(({ isMarked }) => isMarked).map(({ text }) => text.trim())).toEqual([
    'networks:',
    'vm: {}',
    'azure: {}',
  ]);
});

it('is not long where the block began long ago', () => {
  const long = ['  app:', ...Array<string>(100).fill('    more: 1')];
  expect(numbers(excerptLines(long, 80, 80))).toEqual(Array.from({ length: 19 }, (_, index) => 64 + index));
});

it('ends where the file ends, and begins where it begins', () => {
  expect(numbers(excerptLines(FILE, 11, 11)).at(-1)).toBe(11);
  expect(numbers(excerptLines(FILE, 1, 1))).toEqual([1, 2, 3]);
});
