import { expect, it } from 'vitest';
import { notRunning } from './machines.ts';

it.each([
  ['func-app01', ['func-app01'], 'func-app01 is not running. Start it: npm start -- --profile func-app01'],
  ['vm-app02', ['vm-app02', 'workshop'], 'vm-app02 is not running. Start it: npm start -- --profile vm-app02'],
  ['vm-app01', [], 'vm-app01 is not running. Start it: npm start'],
])('names the command that starts %s', (name, profiles, sentence) => {
  expect(notRunning(name, profiles)).toBe(sentence);
});
