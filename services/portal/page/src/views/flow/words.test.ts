import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SENTENCE_KEYS } from '@lab/shared/flows/index.ts';
import { TOKEN_CHECKS } from '@lab/shared/tokens/claims.ts';
import { expect, it } from 'vitest';
import { parseTexts } from '../../../build/parse-texts.ts';

const texts = parseTexts(readFileSync(join(import.meta.dirname, '../../../texts/en/flow.md'), 'utf8'));
const keysOf = (prefix: string) =>
  [...texts.keys()].flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));

it('has a sentence for everything that can happen, and none for what cannot', () => {
  expect(keysOf('sentence.').toSorted()).toEqual(SENTENCE_KEYS.toSorted());
});

it('names every check of a token', () => {
  expect(keysOf('check.')).toEqual(expect.arrayContaining([...TOKEN_CHECKS]));
});
