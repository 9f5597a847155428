import type { Problem } from '../draft.ts';

/**
 * The words of a command as a shell reads them: quotes, backslashes, comments and lines that go on. Nothing is run and nothing
 * is expanded: a variable stays the name that it is, `$TOKEN` or `${TOKEN}`.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02 quoting
 */
export function shellWords(line: string): readonly string[] | Problem {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; ) {
    const rest = line.slice(at);
    const [blank] = /^(?:[ \t\n]|\\\r?\n|\r\n)+/.exec(rest) ?? [];
    if (blank !== undefined) {
      // A line that goes on joins what it parts, unless there is a blank as well.
      if (word !== undefined && blank.replaceAll(/\\\r?\n/g, '') !== '') {
        words.push(word);
        word = undefined;
      }
      at += blank.length;
      continue;
    }
    if (word === undefined && rest[0] === '#') {
      at += rest.split('\n', 1)[0]?.length ?? 0;
      continue;
    }
    const piece = single(rest) ?? double(rest) ?? bare(rest);
    if ('key' in piece) return piece;
    word = (word ?? '') + piece.text;
    at += piece.length;
  }
  return word === undefined ? words : [...words, word];
}

type Piece = { readonly text: string; readonly length: number } | Problem;

function single(rest: string): Piece | undefined {
  if (rest[0] !== "'") return undefined;
  const end = rest.indexOf("'", 1);
  return end < 0 ? { key: 'problem.quote' } : { text: rest.slice(1, end), length: end + 1 };
}

function double(rest: string): Piece | undefined {
  if (rest[0] !== '"') return undefined;
  const [whole, inner] = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(rest) ?? [];
  if (whole === undefined || inner === undefined) return { key: 'problem.quote' };
  const substitution = /(?:^|[^\\])(`|\$\()/.exec(inner)?.[1];
  if (substitution !== undefined) return { key: 'problem.operator', values: { operator: substitution } };
  return {
    text: inner.replaceAll(/\\(\r?\n|[$`"\\])/g, (_, char) => (char.includes('\n') ? '' : char)),
    length: whole.length,
  };
}

function bare(rest: string): Piece {
  const [operator] = /^(?:[|&;<>()`]+|\$\(|\$')/.exec(rest) ?? [];
  if (operator !== undefined) return { key: 'problem.operator', values: { operator } };
  const [escaped] = /^\\[\s\S]/.exec(rest) ?? [];
  if (escaped !== undefined) return { text: escaped.slice(1), length: 2 };
  const [plain = rest[0] ?? ''] = /^(?:[^\s'"\\|&;<>()`$]|\$(?![('])|\r(?!\n))+/.exec(rest) ?? [];
  return { text: plain, length: plain.length };
}

/** A word as it has to be written for a shell to read it as it is; `$TOKEN` in it stays a variable. */
export function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!/\$\{?[A-Z]/.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  return `"${word.replaceAll(/["\\`]|\$(?!\{?(?:TOKEN|IDENTITY_HEADER|IDENTITY_ENDPOINT|AZURE_FEDERATED_TOKEN)\b)/g, '\\$&')}"`;
}
