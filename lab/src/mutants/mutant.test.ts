import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../root.ts';
import { applyMutant, type Mutant } from './mutant.ts';
import { MUTANTS } from './table/index.ts';

const mutant = (find: string, replace = 'true'): Mutant => ({
  name: 'a check',
  file: 'x.ts',
  find,
  replace,
  test: { file: 'x.test.ts', name: 'is made' },
});

it('takes the check out of the source and leaves the rest', () => {
  expect(applyMutant('if (a) { b(); }', mutant('a'))).toBe('if (true) { b(); }');
});

it('takes the replacement to the letter', () => {
  expect(applyMutant('a b c', mutant('b', "$& $1 $'"))).toBe("a $& $1 $' c");
});

it.each([
  ['is not there', mutant('z'), 'x.ts has this text 0 times'],
  ['is there twice', mutant('b'), 'x.ts has this text 2 times'],
  ['is empty', mutant(''), 'x.ts has this text 0 times'],
  ['stays the same', mutant('a', 'a'), 'x.ts stays as it is'],
])('refuses a text that %s', (_, wrong, message) => {
  expect(() => applyMutant('a b b', wrong)).toThrow(message);
});

it('has a table that fits the code as it is', () => {
  const mistakes = MUTANTS.flatMap((each) => {
    try {
      applyMutant(readFileSync(join(ROOT, each.file), 'utf8'), each);
      return existsSync(join(ROOT, each.test.file)) ? [] : [`${each.name}: there is no test file ${each.test.file}`];
    } catch (error) {
      return [`${each.name}: ${(error as Error).message}`];
    }
  });
  expect(mistakes).toEqual([]);
});

it('calls no two mutants by one name', () => {
  const names = MUTANTS.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
