/**
 * docs/reference/fidelity.md says what the lab does as Azure does it, and names the test that shows it. This holds it to
 * its word: a test that it names has to exist, to have run, and to have passed.
 */
import type { NamedTest, RanTest } from './report.ts';

export type FidelityRow = {
  readonly line: number;
  readonly behaviour: string;
  readonly emulation: string;
  readonly source: string;
  /** Names of tests; none for what is absent. */
  readonly tests: readonly string[];
};

const EMULATIONS = ['faithful', 'simplified', 'absent'];
const COLUMNS = 4;

/**
 * The rows of every table whose last column is called `test`: behaviour | faithful, simplified or absent | source | test.
 * Several tests in one cell are separated by `<br>`. Backticks around a name are not part of it; `\|` stands for `|`.
 */
export function parseFidelity(markdown: string): FidelityRow[] {
  const rows: FidelityRow[] = [];
  let inTable = false;
  markdown.split('\n').forEach((text, index) => {
    const cells = cellsOf(text);
    if (!cells) inTable = false;
    else if (cells.at(-1)?.toLowerCase() === 'test') inTable = true;
    else if (inTable && !cells.every((cell) => /^:?-+:?$/.test(cell))) {
      const [behaviour = '', emulation = '', source = '', ...test] = cells;
      const tests = test
        .join(' | ')
        .split(/<br ?\/?>/)
        .map(nameOf)
        .filter(Boolean);
      rows.push({ line: index + 1, behaviour, emulation: emulation.toLowerCase(), source, tests });
    }
  });
  return rows;
}

/** The cells of a table's line, undefined for any other line. */
function cellsOf(text: string): string[] | undefined {
  const line = text.trim();
  if (!line.startsWith('|')) return undefined;
  const cells = line
    .slice(1)
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/);
  return cells.length < COLUMNS ? undefined : cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

const nameOf = (cell: string): string => {
  const name = cell.trim().replace(/^(`+)\s?(.*?)\s?\1$/, '$2');
  return name === '–' || name === '-' || name === '—' ? '' : name;
};

export type FidelityCheck = {
  readonly shown: number;
  readonly absent: number;
  /** Rows whose test belongs to a stage that could not run here. */
  readonly notShown: readonly FidelityRow[];
  /** What is wrong, one line each, with the line of the file. */
  readonly mistakes: readonly string[];
};

/**
 * @param ran Tests that ran, in all stages.
 * @param elsewhere Tests that exist, of stages that could not run on this machine.
 */
export function checkFidelity(
  rows: readonly FidelityRow[],
  ran: readonly RanTest[],
  elsewhere: readonly NamedTest[],
): FidelityCheck {
  const results = new Map<string, boolean>();
  for (const test of ran) {
    for (const name of namesOf(test)) results.set(name, test.passed && results.get(name) !== false);
  }
  const existing = new Set(elsewhere.flatMap(namesOf));
  const mistakes: string[] = rows.length === 0 ? ['it has no table whose last column is called test'] : [];
  const notShown: FidelityRow[] = [];
  let shown = 0;
  let absent = 0;
  for (const row of rows) {
    const wrong = [...mistakesOfForm(row), ...row.tests.flatMap((name) => mistakeOf(name, results, existing) ?? [])];
    mistakes.push(...wrong.map((what) => `line ${row.line}: ${row.behaviour}: ${what}`));
    if (wrong.length > 0) continue;
    if (row.tests.some((name) => !results.has(name))) notShown.push(row);
    else if (row.emulation === 'absent') absent += 1;
    else shown += 1;
  }
  return { shown, absent, notShown, mistakes };
}

/** A test may be named by its own title, or with the titles of the groups around it. */
const namesOf = ({ titles }: NamedTest): string[] =>
  titles.flatMap((_, i) => [titles.slice(i).join(' > '), titles.slice(i).join(' ')]);

function mistakesOfForm({ emulation, source, tests }: FidelityRow): string[] {
  const mistakes: string[] = [];
  if (!EMULATIONS.includes(emulation)) mistakes.push(`'${emulation}' is none of ${EMULATIONS.join(', ')}`);
  if (source === '') mistakes.push('it has no source');
  if (tests.length === 0 && emulation !== 'absent') mistakes.push('it names no test');
  return mistakes;
}

function mistakeOf(name: string, results: ReadonlyMap<string, boolean>, existing: ReadonlySet<string>) {
  const passed = results.get(name);
  if (passed === true) return undefined;
  if (passed === false) return `the test '${name}' failed`;
  return existing.has(name) ? undefined : `no test called '${name}' ran`;
}
