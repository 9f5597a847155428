import { invalidQuery } from '../errors.ts';

/**
 * The clauses of an OData filter that are joined by `and`, each by its own pattern. Names, functions and `and` in any
 * case, any space between them; text between apostrophes, an apostrophe in it doubled. An empty filter is none: the
 * Azure CLI sends `$filter=`.
 *
 * @param patterns By name; `{}` stands for a text between apostrophes, or a GUID without.
 * @returns what each clause says, by the name of its pattern; '' for one without a text.
 * @throws AzureError InvalidQueryParameterValue for what is no such clause, or given twice: never ignored, since the
 *   answer would be another than was asked for.
 */
export function parseFilter<Name extends string>(
  filter: string | undefined,
  patterns: Readonly<Record<Name, string>>,
): Partial<Record<Name, string>> {
  const said: Partial<Record<Name, string>> = {};
  let rest = (filter ?? '').trim();
  if (rest.length > 2_048) throw unknown();
  while (rest !== '') {
    const [name, match] = firstMatch(rest, patterns);
    if (name === undefined || said[name] !== undefined) throw unknown();
    said[name] = match.value;
    rest = rest.slice(match.length);
    if (rest === '') break;
    const [joint] = /^\s+and\s+/i.exec(rest) ?? [];
    if (joint === undefined || joint === rest) throw unknown();
    rest = rest.slice(joint.length);
  }
  return said;
}

function firstMatch<Name extends string>(
  text: string,
  patterns: Readonly<Record<Name, string>>,
): [Name, { value: string; length: number }] | [undefined, { value: string; length: number }] {
  for (const [name, pattern] of Object.entries(patterns) as [Name, string][]) {
    const found = expressionOf(pattern).exec(text);
    if (found) {
      const value = found[1]?.replaceAll("''", "'") ?? found[2] ?? '';
      return [name, { value, length: found[0].trimEnd().length }];
    }
  }
  return [undefined, { value: '', length: 0 }];
}

/** Words of a pattern are separated by at least one space, signs by any number of them. */
function expressionOf(pattern: string): RegExp {
  const source = pattern
    .split(/( |\(|\)|\{\})/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part === ' ') return '\\s+';
      if (part === '(' || part === ')') return `\\s*\\${part}`;
      return part === '{}' ? "\\s*(?:'((?:[^']|'')*)'|([0-9a-f-]{36}))" : part;
    });
  return new RegExp(`^${source.join('')}(?=\\s+and\\s|\\s*$)`, 'i');
}

const unknown = () => invalidQuery('$filter', 'it has a clause that is not supported here.');
