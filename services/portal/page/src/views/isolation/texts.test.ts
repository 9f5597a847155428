import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ISOLATION_TARGETS } from '@lab/shared/lab/isolation-targets.ts';
import { expect, it } from 'vitest';
import { REASONS } from '../../../../src/domain/isolation/explain.ts';
import { parseTexts, placeholdersOf } from '../../../build/parse-texts.ts';

const texts = parseTexts(readFileSync(join(import.meta.dirname, '../../../texts/en/isolation.md'), 'utf8'));
const keys = (prefix: string) =>
  [...texts.keys()].filter((key) => key.startsWith(`${prefix}.`)).map((key) => key.slice(prefix.length + 1));

it('there is a sentence for every reason, and for no other', () => {
  expect(keys('reason').toSorted()).toEqual([...REASONS].toSorted());
});

it('every target and every group has its name', () => {
  expect(keys('target').toSorted()).toEqual(ISOLATION_TARGETS.map(({ id }) => id).toSorted());
  expect(keys('group').toSorted()).toEqual([...new Set(ISOLATION_TARGETS.map(({ group }) => group))].toSorted());
});

it('a sentence says nothing that a cell has no value for', () => {
  const given = ['source', 'part', 'network', 'networks', 'host', 'status', 'code', 'address', 'action'];
  const sentences = REASONS.map((reason) => texts.get(`reason.${reason}`) ?? '');
  expect(sentences.flatMap(placeholdersOf).filter((name) => !given.includes(name))).toEqual([]);
});
