import { invalidQuery } from '../domain/errors.ts';

/** What lists of resources and of resource groups can be narrowed by. */
export type Filterable = {
  readonly name: string;
  readonly location: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly resourceType?: string;
  readonly resourceGroup?: string;
  /** Object id of its system-assigned identity. */
  readonly principalId?: string | undefined;
};

type Predicate = (item: Filterable) => boolean;
type Condition = { readonly field: string; readonly test: (value: string) => boolean };

/**
 * `$filter` as clients send it: comparisons `field eq 'value'` and `ne`, `substringof('text', field)`,
 * `startswith(tagName, 'text')`, joined by `and` and `or`, without parentheses. Empty: everything. Texts are compared
 * without case, a tag's value with. `tagName` and `tagValue` of one conjunction are of the same tag.
 *
 * @throws AzureError `invalid` InvalidQueryParameterValue for what is not understood: ignoring it would list too much.
 * @see https://learn.microsoft.com/rest/api/resources/resources/list#uri-parameters
 */
export function resourceFilterOf(filter: string | undefined): Predicate {
  if (filter === undefined || filter.trim() === '') return () => true;
  const alternatives = split(filter, 'or').map((part) => split(part, 'and').map(conditionOf));
  return (item) => alternatives.some((conditions) => holds(conditions, item));
}

function holds(conditions: readonly Condition[], item: Filterable): boolean {
  const ofTags = conditions.filter(({ field }) => TAG_FIELDS.includes(field));
  const others = conditions.filter(({ field }) => !TAG_FIELDS.includes(field));
  if (!others.every(({ field, test }) => test(FIELDS[field]?.(item) ?? ''))) return false;
  if (ofTags.length === 0) return true;
  return Object.entries(item.tags ?? {}).some(([name, value]) =>
    ofTags.every(({ field, test }) => test(field === 'tagname' ? name : value)),
  );
}

const FIELDS: Readonly<Record<string, (item: Filterable) => string | undefined>> = {
  name: ({ name }) => name,
  location: ({ location }) => location,
  resourcetype: ({ resourceType }) => resourceType,
  resourcegroup: ({ resourceGroup }) => resourceGroup,
  'identity/principalid': ({ principalId }) => principalId,
};
const TAG_FIELDS = ['tagname', 'tagvalue'];

const COMPARISON = /^([\w/]+)\s+(eq|ne)\s+'((?:[^']|'')*)'$/i;
const SUBSTRING = /^substringof\(\s*'((?:[^']|'')*)'\s*,\s*([\w/]+)\s*\)$/i;
const START = /^startswith\(\s*([\w/]+)\s*,\s*'((?:[^']|'')*)'\s*\)$/i;

function conditionOf(text: string): Condition {
  const [, compared, operator, value] = COMPARISON.exec(text) ?? [];
  if (compared !== undefined && value !== undefined) {
    const field = fieldOf(compared);
    const wanted = plain(value, field);
    return { field, test: (found) => (plain(found, field) === wanted) === (operator?.toLowerCase() === 'eq') };
  }
  const [, part, contains] = SUBSTRING.exec(text) ?? [];
  if (part !== undefined && contains !== undefined) {
    const field = fieldOf(contains);
    return { field, test: (found) => plain(found, field).includes(plain(part, field)) };
  }
  const [, starts, start] = START.exec(text) ?? [];
  if (starts !== undefined && start !== undefined) {
    const field = fieldOf(starts);
    return { field, test: (found) => plain(found, field).startsWith(plain(start, field)) };
  }
  throw invalidQuery('$filter', `'${text.slice(0, 256)}' is not understood.`);
}

function fieldOf(name: string): string {
  const field = name.toLowerCase();
  if (Object.hasOwn(FIELDS, field) || TAG_FIELDS.includes(field)) return field;
  throw invalidQuery('$filter', `there is nothing called '${name.slice(0, 64)}' to filter by.`);
}

const plain = (value: string, field: string): string =>
  field === 'tagvalue' ? value.replaceAll("''", "'") : value.replaceAll("''", "'").toLowerCase();

/** The parts between a word that stands outside of quotes. */
function split(text: string, word: 'and' | 'or'): string[] {
  const parts: string[] = [''];
  for (const [token] of text.matchAll(/'(?:[^']|'')*'|[^\s']+|\s+|'/g)) {
    if (token.toLowerCase() === word) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts.map((part) => part.trim());
}
