import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS, NOTES, VERDICTS } from '@lab/shared/event-words.ts';
import { SENTENCE_KEYS } from '@lab/shared/flows/index.ts';
import { expect, it } from 'vitest';
import { parseTexts } from '../../../build/parse-texts.ts';
import { slug } from '../../texts/slug.ts';

const keysOf = (file: string, prefix: string) => {
  const texts = parseTexts(readFileSync(join(import.meta.dirname, `../../../texts/en/${file}.md`), 'utf8'));
  return [...texts.keys()].flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : [])).toSorted();
};

it('has a sentence for everything that can happen, and none for what cannot', () => {
  expect(keysOf('flow', 'sentence.')).toEqual(SENTENCE_KEYS.toSorted());
});

it.each([
  ['name.', ['api.credential', 'issue.audience', 'issue.tenant']],
  ['failed.', ['api.credential', 'issue.audience', 'issue.tenant']],
])('has a text for each check that any service makes, and for no other: %s', (prefix, special) => {
  expect(keysOf('checks', prefix)).toEqual([...CHECKS.map(slug), ...special].toSorted());
});

it('has a text for everything that a role assignment can come to, and for no more', () => {
  expect(keysOf('flow', 'verdict.')).toEqual(VERDICTS.map(slug).toSorted());
});

it('has a text for every note, and for no other', () => {
  expect(keysOf('flow', 'note.')).toEqual([...NOTES.map(slug), 'forged-flaw'].toSorted());
});

it('no two names come to the same key', () => {
  for (const names of [CHECKS, VERDICTS, NOTES]) expect(new Set(names.map(slug)).size).toBe(names.length);
});
