import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FLAW_NAMES } from '@lab/shared/forge/flaws.ts';
import { expect, it } from 'vitest';
import { ROOT } from './root.ts';

it('docs/testing.md lists the flaws that there are, and no other', () => {
  const page = readFileSync(join(ROOT, 'docs/testing.md'), 'utf8');
  const [, table = ''] = /\| about +\| flaws +\|\n\|[-| ]+\|\n((?:\|.*\n)+)/.exec(page) ?? [];
  const named = [...table.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual([...FLAW_NAMES].sort());
});
