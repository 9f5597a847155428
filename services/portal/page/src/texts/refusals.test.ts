import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTexts } from '../../build/parse-texts.ts';
import { WITH_WORDS } from './use-refusal.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..', '..');
const texts = parseTexts(readFileSync(join(ROOT, 'services/portal/page/texts/en/refusals.md'), 'utf8'));

/** The portal, what it has of `shared/`, and what of other services it asks and whose refusals it passes on. */
const SOURCES = [
  'services/portal/src/**/*.ts',
  'shared/src/{faults,http,forge}/**/*.ts',
  'shared/src/lab/lab-request.ts',
  'services/arm/src/domain/{lives,move-clock,patch-lab,reset-group}.ts',
  'services/entra/src/routes/forge.ts',
];
/** As errors are made: with `code`, by a function that is given one, or for what a parser refuses. */
const MADE = [
  /\bcode: '([A-Z]\w+)'/g,
  /\b(?:invalid|malformed)\((?:[^()]|\([^()]*\))*?'([A-Z][a-z]+[A-Z]\w*)'/g,
  /\b(?:too_large|codes\.\w+ \?\?)(?::)? '([A-Z]\w+)'/g,
];
const sources = globSync(SOURCES, { cwd: ROOT })
  .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
  .map((file) => readFileSync(join(ROOT, file), 'utf8'));
const found = (made: RegExp): string[] =>
  sources.flatMap((text) => [...text.matchAll(made)].map(([, name = '']) => name));

/** Those that code puts together, by how it does. */
const PUT_TOGETHER: Readonly<Record<string, readonly string[]>> = {
  'Unknown${what}': ['UnknownSource', 'UnknownTarget'],
};
const codes = new Set([...MADE.flatMap(found), ...Object.values(PUT_TOGETHER).flat()]);

/** What the page says itself, of who is silent, no lab, or no lab's to explain. */
const OWN = ['NoAnswer', 'UnexpectedAnswer', 'AzureRefuses', 'Other'];

/** Of these the page has no text: it says that it did not work, and shows the words of the lab. */
const NEVER_MET: Readonly<Record<string, string>> = {
  HostNotAllowed: 'there is no page under such a name',
  PageNotBuilt: 'there is no page at all',
  NotFound: 'the page asks for nothing that there is not',
  MethodNotAllowed: 'likewise',
  UnsupportedMediaType: 'the page sends JSON',
  SnapshotNotFound: 'the page takes no snapshots',
  TooManySnapshots: 'likewise',
};

it('every refusal that the page can meet has a text', () => {
  expect(codes.size).toBeGreaterThan(40);
  const expected = [...codes, ...OWN].filter((code) => !(code in NEVER_MET));
  expect(expected.filter((code) => !texts.has(code))).toEqual([]);
});

it('codes are put together nowhere else', () => {
  expect(found(/\bcode(?: =|:) `([^`]*)`/g)).toEqual(Object.keys(PUT_TOGETHER));
});

it('no text is of a refusal that nobody makes', () => {
  const made = new Set(['title', ...OWN, ...codes]);
  expect([...texts.keys()].filter((code) => !made.has(code))).toEqual([]);
  expect(Object.keys(NEVER_MET).filter((code) => !codes.has(code) || texts.has(code))).toEqual([]);
  expect([...WITH_WORDS].filter((code) => !texts.has(code))).toEqual([]);
});

it.each(['ServiceUnavailable', 'ExerciseNotReady', 'ClockTooFar', 'NotAToken', 'UnsupportedMediaType', 'BadRequest'])(
  'finds %s in the sources',
  (code) => expect(codes).toContain(code),
);
