import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { isAtLeast, MINIMUM } from './engine.ts';

/** Runs lines of bash that have the functions of lab/engine.sh. */
const bash = (lines: string, ...args: string[]): string =>
  execFileSync('bash', ['-c', `source "$1"; shift; ${lines}`, 'bash', join(ROOT, 'lab', 'engine.sh'), ...args], {
    encoding: 'utf8',
  });

it('installs the versions that the lab asks for', () => {
  expect(bash('echo "$minimum_engine $minimum_compose"').trim()).toBe(`${MINIMUM.engine} ${MINIMUM.compose}`);
});

it('compares versions as the lab does', () => {
  const found = [
    '26.1.5+dfsg1-9+deb13u1',
    '28.2.2-0ubuntu1',
    '20.10.24+dfsg1-1',
    'v26.0.0',
    '26.0',
    '25.9',
    '(none)',
    '',
  ];
  const answers = bash('for v in "$@"; do at_least 26.0 "$v" && echo true || echo false; done', ...found);
  expect(answers.trim().split('\n')).toEqual(found.map((version) => String(isAtLeast(version, '26.0'))));
});
