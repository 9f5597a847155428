import { expect, it } from 'vitest';
import { checkFidelity, parseFidelity } from './fidelity.ts';

const table = (...rows: string[]) =>
  [
    '# Fidelity',
    '',
    '| behaviour | emulation | source | test |',
    '| --- | --- | :-: | --- |',
    ...rows,
    '',
    'Text.',
  ].join('\n');
const row = '| Answers 400 without the header | Faithful | contract 2.1 | `wants the Metadata header` |';
const passed = [{ titles: ['imds', 'wants the Metadata header'], passed: true }];

it('reads every table whose last column is called test', () => {
  const other = '\n| service | port | a | b |\n| - | - | - | - |\n| imds | 80 | x | y |\n';
  expect(parseFidelity(table(row) + other)).toEqual([
    {
      line: 5,
      behaviour: 'Answers 400 without the header',
      emulation: 'faithful',
      source: 'contract 2.1',
      tests: ['wants the Metadata header'],
    },
  ]);
});

it('reads several tests of one row, names with a bar in them, and a dash as none', () => {
  const [first, second] = parseFidelity(
    table('| a | faithful | s | `one`<br>two \\| three |', '| b | absent | s | – |'),
  );
  expect(first?.tests).toEqual(['one', 'two | three']);
  expect(second?.tests).toEqual([]);
});

it('is content when every named test ran and passed', () => {
  const rows = parseFidelity(table(row, '| Rate limits | absent | docs | – |'));
  expect(checkFidelity(rows, passed, [])).toEqual({ shown: 1, absent: 1, notShown: [], mistakes: [] });
});

it.each(['wants the Metadata header', 'imds > wants the Metadata header', 'imds wants the Metadata header'])(
  'finds a test by the name %s',
  (name) => {
    const rows = parseFidelity(table(`| a | faithful | s | ${name} |`));
    expect(checkFidelity(rows, passed, []).mistakes).toEqual([]);
  },
);

it('refuses a test that did not run', () => {
  const { mistakes } = checkFidelity(parseFidelity(table(row)), [], []);
  expect(mistakes).toEqual(["line 5: Answers 400 without the header: no test called 'wants the Metadata header' ran"]);
});

it('refuses a test that failed, also when one of the same name passed', () => {
  const failed = { titles: ['wants the Metadata header'], passed: false };
  for (const ran of [
    [...passed, failed],
    [failed, ...passed],
  ]) {
    expect(checkFidelity(parseFidelity(table(row)), ran, []).mistakes).toMatchObject([
      expect.stringMatching(/failed$/),
    ]);
  }
});

it('counts a behaviour as not shown when its test belongs to a stage that could not run', () => {
  const elsewhere = [{ titles: ['containers', 'wants the Metadata header'] }];
  const check = checkFidelity(parseFidelity(table(row)), [], elsewhere);
  expect(check).toMatchObject({ shown: 0, mistakes: [], notShown: [{ behaviour: 'Answers 400 without the header' }] });
});

it.each([
  ['names no test', '| a | faithful | s | – |', 'it names no test'],
  ['has an unknown emulation', '| a | perfect | s | wants the Metadata header |', "'perfect' is none of"],
  ['has no source', '| a | faithful |  | wants the Metadata header |', 'it has no source'],
])('refuses a row that %s', (_, text, reason) => {
  expect(checkFidelity(parseFidelity(table(text)), passed, []).mistakes).toMatchObject([
    expect.stringContaining(reason),
  ]);
});

it('refuses a file without such a table', () => {
  expect(checkFidelity(parseFidelity('# Nothing'), passed, []).mistakes).toHaveLength(1);
});
