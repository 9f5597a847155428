import { expect, it } from 'vitest';
import { Crc64 } from './crc64.ts';

const sum = (...chunks: string[]): string => {
  const crc = new Crc64();
  for (const chunk of chunks) crc.update(Buffer.from(chunk));
  return crc.digest();
};

it.each([
  ['123456789', 'iJh5CoYUi64='],
  ['abc', '6/rBP7vK5QU='],
  ['', 'AAAAAAAAAAA='],
])('of %j is %s', (text, expected) => expect(sum(text)).toBe(expected));

it('does not depend on how the bytes are cut', () => {
  const text = 'the quick brown fox jumps over the lazy dog';
  expect(sum(...text)).toBe(sum(text));
  expect(sum(text.slice(0, 9), text.slice(9))).toBe(sum(text));
});
