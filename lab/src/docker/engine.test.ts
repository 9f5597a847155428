import { expect, it } from 'vitest';
import { isAtLeast, judgeEngine } from './engine.ts';

it.each([
  ['26.1.5+dfsg1', '26.0', true],
  ['26.0.0', '26.0', true],
  ['25.0.8', '26.0', false],
  ['v2.26.1-4', '2.26', true],
  ['2.40.3-desktop.1', '2.26', true],
  ['2.6.0', '2.26', false],
  ['v5.0.1', '2.26', true],
  ['1.29.2', '2.26', false],
  ['', '26.0', false],
])('version %s against %s is new enough: %s', (found, minimum, enough) => {
  expect(isAtLeast(found, minimum)).toBe(enough);
});

const good = { engineVersion: '26.1.5', composeVersion: '2.26.1' };

it('takes an engine and a Compose of the minimum versions', () => {
  expect(judgeEngine(good, true)).toEqual({ usable: true });
});

it.each([
  ['an absent engine', { error: 'Cannot connect to the Docker daemon' }, 'No Docker Engine answers.'],
  ['an old engine', { ...good, engineVersion: '20.10.24' }, 'Docker Engine 20.10.24 is too old'],
  ['no Compose', { engineVersion: '26.1.5' }, 'Docker has no Compose.'],
  ['an old Compose', { ...good, composeVersion: '2.24.5' }, 'Docker Compose 2.24.5 is too old'],
])('sends a Debian machine with %s to npm run engine', (_, facts, why) => {
  const verdict = judgeEngine(facts, true);
  expect(verdict).toMatchObject({ usable: false, remedy: expect.stringContaining('npm run engine') });
  expect(verdict.usable || verdict.why).toContain(why);
});

it('does not send other systems to npm run engine', () => {
  expect(judgeEngine({}, false)).toMatchObject({ remedy: expect.stringMatching(/^install Docker/) });
});

it('tells a user without permission how to get it', () => {
  const error = 'permission denied while trying to connect to the Docker daemon socket';
  expect(judgeEngine({ error }, true)).toMatchObject({ remedy: expect.stringContaining('usermod') });
});
