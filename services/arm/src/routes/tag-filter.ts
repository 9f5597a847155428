import { invalidQuery } from '../domain/errors.ts';

/** `tagName eq 'env'`, with or without `and tagValue eq 'lab'`: which tags a filter asks for. None: any. */
export function tagFilterOf(filter: string | undefined): (tags: Readonly<Record<string, string>>) => boolean {
  if (filter === undefined || filter === '') return () => true;
  const [, name, value] =
    /^\s*tagName\s+eq\s+'((?:[^']|'')*)'(?:\s+and\s+tagValue\s+eq\s+'((?:[^']|'')*)')?\s*$/i.exec(filter) ?? [];
  if (name === undefined) throw invalidQuery('$filter', "it is not of the form tagName eq '…' and tagValue eq '…'.");
  const key = unquoted(name).toLowerCase();
  return (tags) =>
    Object.entries(tags).some(
      ([tag, held]) => tag.toLowerCase() === key && (value === undefined || held === unquoted(value)),
    );
}

const unquoted = (text: string): string => text.replaceAll("''", "'");
