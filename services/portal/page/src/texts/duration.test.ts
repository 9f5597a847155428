import { expect, it } from 'vitest';
import { durationInWords } from './duration.ts';

it.each([
  [0, '0 s'],
  [59, '59 s'],
  [-60, '1 min'],
  [3_600, '1 h'],
  [12_000, '3 h 20 min'],
  [3_601, '1 h'],
  [90_061, '1 d 1 h'],
  [86_460, '1 d'],
])('says %d seconds as "%s"', (seconds, words) => expect(durationInWords(seconds)).toBe(words));
