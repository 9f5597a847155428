import { readFile } from 'node:fs/promises';

/** The program as it stands there, for people who watch it run. */
export type ProgramSource = {
  /** Where it is in the repository. */
  readonly file: string;
  readonly text: string;
  /** Which lines each step is on, from 1. */
  readonly steps: readonly { readonly step: string; readonly line: number; readonly lastLine: number }[];
};

export async function programSource(path: string | URL, file: string): Promise<ProgramSource> {
  const text = await readFile(path, 'utf8');
  return { file, text, steps: stepsIn(text) };
}

/**
 * A step begins where it is awaited, `await step('…', …`, and ends with the line that closes it at the same depth: the
 * formatter sees to that.
 */
export function stepsIn(text: string): ProgramSource['steps'] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const [, indent, name] = /^(\s*)await step\((['"])(.+?)\2,/.exec(line)?.filter((_, part) => part !== 2) ?? [];
    if (indent === undefined || name === undefined) return [];
    const rest = lines.slice(index).findIndex((one, below) => (below === 0 ? /\);$/ : closing(indent)).test(one));
    return [{ step: name, line: index + 1, lastLine: index + 1 + Math.max(rest, 0) }];
  });
}

const closing = (indent: string): RegExp => new RegExp(`^${indent}\\S*\\);$`);
