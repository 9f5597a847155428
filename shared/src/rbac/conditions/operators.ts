/**
 * The comparisons of conditions, as plain functions on values that have been brought into one form.
 * @see https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */

import { literally } from '../patterns.ts';

export type ValueType = 'string' | 'number' | 'boolean' | 'guid' | 'dateTime';
/** GUIDs in lower case, times as `yyyy-mm-ddThh:mm:ss.fffffffZ`, which sort as they follow each other. */
export type Value = string | number | boolean;

export type Operator = {
  readonly name: string;
  readonly type: ValueType;
  readonly holds: (left: Value, right: Value) => boolean;
  /** Whether it may stand behind a quantifier. */
  readonly quantifiable: boolean;
};

/** `ForAllOfAnyValues`: all of the left side, each for any of the right side. */
export type Quantifier = { readonly left: 'any' | 'all'; readonly right: 'any' | 'all' };

const QUANTIFIERS: Readonly<Record<string, Quantifier>> = {
  foranyofanyvalues: { left: 'any', right: 'any' },
  forallofanyvalues: { left: 'all', right: 'any' },
  foranyofallvalues: { left: 'any', right: 'all' },
  forallofallvalues: { left: 'all', right: 'all' },
};

type Holds = Operator['holds'];

const equals: Holds = (left, right) => left === right;
const startsWith: Holds = (left, right) => String(left).startsWith(String(right));
const like: Holds = (left, right) => isLike(String(left), String(right));
const not =
  (holds: Holds): Holds =>
  (left, right) =>
    !holds(left, right);
const ignoringCase =
  (holds: Holds): Holds =>
  (left, right) =>
    holds(String(left).toLowerCase(), String(right).toLowerCase());

const ORDER: readonly (readonly [string, Holds])[] = [
  ['Equals', equals],
  ['NotEquals', not(equals)],
  ['GreaterThan', (left, right) => left > right],
  ['GreaterThanEquals', (left, right) => left >= right],
  ['LessThan', (left, right) => left < right],
  ['LessThanEquals', (left, right) => left <= right],
];

const operator = (name: string, type: ValueType, holds: Holds, quantifiable: boolean): Operator => ({
  name,
  type,
  holds,
  quantifiable,
});

const OPERATORS = new Map<string, Operator>(
  [
    ...(
      [
        ['StringEquals', equals, true],
        ['StringNotEquals', not(equals), true],
        ['StringStartsWith', startsWith, false],
        ['StringNotStartsWith', not(startsWith), false],
        ['StringLike', like, true],
        ['StringNotLike', not(like), true],
      ] as const
    ).flatMap(([name, holds, quantifiable]) => [
      operator(name, 'string', holds, quantifiable),
      operator(`${name}IgnoreCase`, 'string', ignoringCase(holds), quantifiable),
    ]),
    ...ORDER.map(([name, holds]) => operator(`Numeric${name}`, 'number', holds, true)),
    ...ORDER.map(([name, holds]) => operator(`DateTime${name}`, 'dateTime', holds, false)),
    operator('BoolEquals', 'boolean', equals, false),
    operator('BoolNotEquals', 'boolean', not(equals), false),
    operator('GuidEquals', 'guid', equals, true),
    operator('GuidNotEquals', 'guid', not(equals), true),
  ].map((entry) => [entry.name.toLowerCase(), entry]),
);

/** @param text `StringEquals`, or `ForAnyOfAnyValues:StringEquals`. @returns undefined for what is no operator. */
export function findOperator(text: string): { operator: Operator; quantifier: Quantifier | undefined } | undefined {
  const [first = '', second, ...rest] = text.toLowerCase().split(':');
  if (rest.length > 0) return undefined;
  const found = OPERATORS.get(second ?? first);
  if (!found) return undefined;
  if (second === undefined) return { operator: found, quantifier: undefined };
  const quantifier = Object.hasOwn(QUANTIFIERS, first) ? QUANTIFIERS[first] : undefined;
  return quantifier && found.quantifiable ? { operator: found, quantifier } : undefined;
}

/** A literal, or the value of an attribute, as the operators of a type compare it. Undefined: it is none of that type. */
export function toValue(value: Value, type: ValueType): Value | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'number':
      if (typeof value === 'string' && !/^-?\d{1,15}$/.test(value)) return undefined;
      return typeof value === 'boolean' || !Number.isSafeInteger(Number(value)) ? undefined : Number(value);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return /^(true|false)$/i.test(String(value)) ? String(value).toLowerCase() === 'true' : undefined;
    case 'guid':
      return guid(String(value));
    case 'dateTime':
      return dateTime(String(value));
  }
}

/** Azure's own roles have conditions with GUIDs without dashes. */
function guid(text: string): string | undefined {
  const parts = /^([0-9a-f]{8})(-?)([0-9a-f]{4})\2([0-9a-f]{4})\2([0-9a-f]{4})\2([0-9a-f]{12})$/i.exec(text);
  return parts
    ?.filter((part, index) => index > 0 && part.length > 1)
    .join('-')
    .toLowerCase();
}

function dateTime(text: string): string | undefined {
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/i.exec(text) ?? [];
  if (seconds === undefined || Number.isNaN(Date.parse(`${seconds}Z`))) return undefined;
  return `${seconds.toUpperCase()}.${fraction.padEnd(7, '0')}Z`;
}

/**
 * Whether a text matches a pattern: `*` stands for any run of characters, `?` for one, and a backslash takes their
 * meaning away. Goes back to the last asterisk only, so its time is at most the product of both lengths: no pattern can
 * make it hang, as a regular expression could. Asterisks alone, the common case, take less than that.
 */
export function isLike(text: string, pattern: string): boolean {
  if (!/[?\\]/.test(pattern)) return literally(pattern)(text);
  const characters = [...text];
  const parts = partsOf(pattern);
  let at = 0;
  let part = 0;
  let star: { part: number; at: number } | undefined;
  while (at < characters.length) {
    const wanted = parts[part];
    if (wanted === ANY_RUN) {
      star = { part, at };
      part += 1;
    } else if (wanted !== undefined && (wanted === ANY_ONE || wanted === characters[at])) {
      part += 1;
      at += 1;
    } else if (star) {
      star = { part: star.part, at: star.at + 1 };
      part = star.part + 1;
      at = star.at;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === ANY_RUN);
}

const ANY_RUN = Symbol('*');
const ANY_ONE = Symbol('?');

function partsOf(pattern: string): (string | symbol)[] {
  const parts: (string | symbol)[] = [];
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    const next = characters[index + 1];
    if (character === '\\' && (next === '*' || next === '?' || next === '\\')) {
      parts.push(next);
      index += 1;
    } else parts.push(character === '*' ? ANY_RUN : character === '?' ? ANY_ONE : character);
  }
  return parts;
}
