/** A security check of the lab, how it is switched off, and the test that has to notice. */
export type Mutant = {
  /** What is switched off. */
  readonly name: string;
  /** The source file, from the root of the checkout. */
  readonly file: string;
  /** The text of the check, exactly as it stands there, once. */
  readonly find: string;
  readonly replace: string;
  readonly test: NamedTest;
};

/** A test of the project `unit`. */
export type NamedTest = {
  /** From the root of the checkout. */
  readonly file: string;
  /** Its title, with those of the groups around it: `refuses > another issuer`. */
  readonly name: string;
};

/** A row of the table; what it has in common with its neighbours is said once, see `mutantsOf`. */
export type MutantRow = Pick<Mutant, 'name' | 'find' | 'replace'> & { readonly test: string };

export const mutantsOf = (file: string, testFile: string, rows: readonly MutantRow[]): Mutant[] =>
  rows.map(({ test, ...row }) => ({ ...row, file, test: { file: testFile, name: test } }));

/**
 * The source with its check switched off.
 * @throws Error when the text of the check does not stand there exactly once: a table that has fallen behind the code
 *   would otherwise show nothing, or something else.
 */
export function applyMutant(source: string, { file, find, replace }: Mutant): string {
  const count = find === '' ? 0 : source.split(find).length - 1;
  if (count !== 1) throw new Error(`${file} has this text ${count} times, and not once: ${find}`);
  if (replace === find) throw new Error(`${file} stays as it is`);
  return source.replace(find, () => replace);
}
