import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTexts, placeholdersOf } from '../../build/parse-texts.ts';

const PAGE = join(import.meta.dirname, '..', '..');

const read = (language: string): Map<string, Map<string, string>> =>
  new Map(
    globSync(`texts/${language}/**/*.md`, { cwd: PAGE }).map((file) => [
      relative(`texts/${language}`, file).replaceAll('\\', '/').replace(/\.md$/, ''),
      parseTexts(readFileSync(join(PAGE, file), 'utf8')),
    ]),
  );
const english = read('en');
const spanish = read('es');

it('every file of texts exists in both languages', () => {
  expect([...spanish.keys()].sort()).toEqual([...english.keys()].sort());
});

describe.each([...english.keys()].sort())('%s', (name) => {
  const en = english.get(name) ?? new Map<string, string>();
  const es = spanish.get(name) ?? new Map<string, string>();

  it('has each text in both languages, and none is empty', () => {
    expect([...es.keys()].sort()).toEqual([...en.keys()].sort());
    expect([...en, ...es].filter(([, text]) => text === '')).toEqual([]);
  });

  it('has the same places to fill in, in both languages', () => {
    const places = (texts: Map<string, string>) =>
      Object.fromEntries([...texts].map(([key, text]) => [key, placeholdersOf(text).sort()]));
    expect(places(es)).toEqual(places(en));
  });
});

/** Keys that code names as they are: `t('pause')`, in files that use one file of texts each. */
const uses = globSync('src/**/*.tsx', { cwd: PAGE }).flatMap((file) => {
  const code = readFileSync(join(PAGE, file), 'utf8');
  const named = Object.fromEntries(
    [...code.matchAll(/const (\w+) = useTexts\('([^']+)'\)/g)].map(([, t, name]) => [t, name]),
  );
  return Object.entries(named).flatMap(([variable, name]) =>
    [...code.matchAll(new RegExp(`\\b${variable}(?:\\.rich)?\\(\\s*'([^']+)'`, 'g'))].map(([, key]) => ({
      file,
      name,
      key,
    })),
  );
});

it('code uses texts that there are', () => {
  expect(uses.length).toBeGreaterThan(5);
  expect(uses.filter(({ name, key }) => !english.get(name as string)?.has(key as string))).toEqual([]);
});
