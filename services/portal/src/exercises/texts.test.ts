import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTexts, placeholdersOf } from '../../page/build/parse-texts.ts';
import { evidence } from '../testing/evidence.ts';
import type { Exercise } from './exercise.ts';
import { EXERCISES } from './index.ts';
import { DEFAULT_SCENE } from './scene.ts';

const ALWAYS = ['title', 'teaser', 'story', 'task', 'learned', 'hint-1'];
const textsOf = ({ id }: Exercise, language: string) => {
  const file = new URL(`../../page/texts/${language}/exercises/${id}.md`, import.meta.url);
  return existsSync(file) ? parseTexts(readFileSync(file, 'utf8')) : new Map<string, string>();
};

describe.each(['en', 'es'])('the texts of exercises in %s', (language) => {
  it.each(EXERCISES.map((exercise) => [exercise.id, exercise] as const))(
    'say of %s what is to be done, and for each finding what is done and what is missing',
    (_, exercise) => {
      const findings = exercise.check(evidence()).flatMap(({ id }) => [`finding.${id}`, `missing.${id}`]);
      const wanted = [...ALWAYS, ...findings, ...exercise.asks.map((asked) => `ask.${asked}`)];
      const keys = [...textsOf(exercise, language).keys()];
      expect(keys.filter((key) => !key.startsWith('hint-')).toSorted()).toEqual(
        wanted.filter((key) => !key.startsWith('hint-')).toSorted(),
      );
      const hints = keys.filter((key) => key.startsWith('hint-'));
      expect(hints).toEqual(hints.map((__, index) => `hint-${index + 1}`));
      expect(hints.length).toBeGreaterThan(0);
    },
  );

  it.each(EXERCISES.map((exercise) => [exercise.id, exercise] as const))(
    'leave nothing in %s that nobody fills in',
    (_, exercise) => {
      const names = Object.keys(DEFAULT_SCENE);
      const values = Object.fromEntries(exercise.check(evidence()).map(({ id, values }) => [id, Object.keys(values)]));
      const unfilled = [...textsOf(exercise, language)].flatMap(([key, text]) => {
        const [, id = ''] = /^(?:finding|missing)\.(.*)$/.exec(key) ?? [];
        const known = [...names, ...(values[id] ?? [])];
        return placeholdersOf(text).flatMap((name) => (known.includes(name) ? [] : [`${key}: {${name}}`]));
      });
      expect(unfilled).toEqual([]);
    },
  );
});
