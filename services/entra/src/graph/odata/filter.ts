import { badQuery } from '../failures.ts';

/**
 * `$filter` of OData 4, as far as `az`, Terraform and the Graph SDKs send it: comparisons, `and`, `or`, `not`, `in`,
 * `startswith`, `endswith`, `contains`, and `any` over a list. Texts are compared without case, as Graph does.
 * Deviation: Graph refuses some of these per property and without `ConsistencyLevel: eventual`; here all work everywhere.
 * @see https://learn.microsoft.com/graph/filter-query-parameter
 */
export type Filter = (value: unknown) => boolean;

type Scope = Readonly<Record<string, unknown>>;
type Expression = (scope: Scope) => unknown;

const MOST_CHARACTERS = 2_000;
const MOST_DEPTH = 20;
const TOKEN = /\s*(?:('(?:[^']|'')*')|([\w@.][\w@.:+-]*(?:\/[\w@.]+)*)|([(),]))/y;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws BadRequest for a filter that cannot be read; one that is not understood never lets everything through. */
export function parseFilter(text: string): Filter {
  if (text.length > MOST_CHARACTERS) throw invalid();
  const parser = new Parser(tokenize(text));
  const expression = parser.or(0);
  parser.end();
  return (value) => expression({ '': value }) === true;
}

const invalid = () => badQuery('Invalid filter clause');

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const scanner = new RegExp(TOKEN);
  while (scanner.lastIndex < text.trimEnd().length) {
    const match = scanner.exec(text);
    const token = match?.[1] ?? match?.[2] ?? match?.[3];
    if (token === undefined) throw invalid();
    tokens.push(token);
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly string[];
  #next = 0;
  #variables: string[] = [];

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw invalid();
  }

  or(depth: number): Expression {
    if (depth > MOST_DEPTH) throw invalid();
    let left = this.#and(depth);
    while (this.#takes('or')) {
      const [a, b] = [left, this.#and(depth)];
      left = (scope) => a(scope) === true || b(scope) === true;
    }
    return left;
  }

  #and(depth: number): Expression {
    let left = this.#term(depth);
    while (this.#takes('and')) {
      const [a, b] = [left, this.#term(depth)];
      left = (scope) => a(scope) === true && b(scope) === true;
    }
    return left;
  }

  #term(depth: number): Expression {
    if (this.#takes('not')) {
      const term = this.#term(depth + 1);
      return (scope) => term(scope) !== true;
    }
    if (this.#takes('(')) {
      const inner = this.or(depth + 1);
      this.#expect(')');
      return inner;
    }
    const word = this.#take();
    const compare = FUNCTIONS.get(word.toLowerCase());
    if (compare && this.#peek() === '(') return this.#call(compare);
    if (/\/any$/i.test(word) && this.#peek() === '(') return this.#any(word.slice(0, -'/any'.length), depth);
    return this.#comparison(this.#operand(word));
  }

  #call(compare: (a: string, b: string) => boolean): Expression {
    this.#expect('(');
    const a = this.#operand(this.#take());
    this.#expect(',');
    const b = this.#operand(this.#take());
    this.#expect(')');
    return (scope) => {
      const [left, right] = [a(scope), b(scope)];
      return typeof left === 'string' && typeof right === 'string' && compare(left.toLowerCase(), right.toLowerCase());
    };
  }

  /**
   * `tags/any(t:t eq 'x')`. The tokenizer leaves `t:t` in one piece. Not one within another, as in Graph: each level would
   * multiply the work by the length of the list, and one request could hold up everybody.
   */
  #any(path: string, depth: number): Expression {
    if (this.#variables.length > 0) throw invalid();
    const list = this.#operand(path);
    this.#expect('(');
    const [variable = '', first] = this.#take().split(':', 2);
    if (!/^[A-Za-z_]\w*$/.test(variable)) throw invalid();
    this.#variables.push(variable);
    if (first) this.#unread(first);
    const inner = this.or(depth + 1);
    this.#variables.pop();
    this.#expect(')');
    return (scope) => {
      const values = list(scope);
      return Array.isArray(values) && values.some((value) => inner({ ...scope, [variable]: value }) === true);
    };
  }

  #comparison(left: Expression): Expression {
    const operator = this.#take().toLowerCase();
    if (operator === 'in') {
      this.#expect('(');
      const members: Expression[] = [];
      do members.push(this.#operand(this.#take()));
      while (this.#takes(','));
      this.#expect(')');
      return (scope) => members.some((member) => isEqual(left(scope), member(scope)));
    }
    const right = this.#operand(this.#take());
    const compare = COMPARISONS.get(operator);
    if (!compare) throw invalid();
    return (scope) => compare(left(scope), right(scope));
  }

  /** A literal, a variable of an enclosing `any`, or a property. */
  #operand(word: string): Expression {
    if (word.startsWith("'")) {
      const text = word.slice(1, -1).replaceAll("''", "'");
      return () => text;
    }
    if (word === 'true' || word === 'false') return () => word === 'true';
    if (word === 'null') return () => null;
    if (GUID.test(word) || /^\d{4}-\d\d-\d\dT[\d:.]+Z$/i.test(word)) return () => word;
    if (/^-?\d+(\.\d+)?$/.test(word)) return () => Number(word);
    if (!/^[A-Za-z_@][\w@.]*(\/[A-Za-z_@][\w@.]*)*$/.test(word)) throw invalid();
    const [first = '', ...rest] = word.split('/');
    const path = this.#variables.includes(first) ? [first, ...rest] : ['', first, ...rest];
    return (scope) => path.reduce<unknown>(member, scope);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next];
  }

  #take(): string {
    const token = this.#unreadTokens.pop() ?? this.#tokens[this.#next++];
    if (token === undefined) throw invalid();
    return token;
  }

  #unreadTokens: string[] = [];
  #unread(token: string): void {
    this.#unreadTokens.push(token);
  }

  #takes(token: string): boolean {
    if (this.#unreadTokens.length > 0 || this.#peek()?.toLowerCase() !== token) return false;
    this.#next += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#takes(token)) throw invalid();
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  return (value as Record<string, unknown>)[name];
}

const FUNCTIONS = new Map<string, (a: string, b: string) => boolean>(
  Object.entries({
    startswith: (a: string, b: string) => a.startsWith(b),
    endswith: (a: string, b: string) => a.endsWith(b),
    contains: (a: string, b: string) => a.includes(b),
  }),
);

function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase();
  return (a ?? null) === (b ?? null);
}

const isOrdered = (a: unknown, b: unknown): a is string | number =>
  (typeof a === 'string' && typeof b === 'string') || (typeof a === 'number' && typeof b === 'number');

const COMPARISONS = new Map<string, (a: unknown, b: unknown) => boolean>(
  Object.entries({
    eq: isEqual,
    ne: (a: unknown, b: unknown) => !isEqual(a, b),
    gt: (a: unknown, b: unknown) => isOrdered(a, b) && a > (b as typeof a),
    ge: (a: unknown, b: unknown) => isOrdered(a, b) && a >= (b as typeof a),
    lt: (a: unknown, b: unknown) => isOrdered(a, b) && a < (b as typeof a),
    le: (a: unknown, b: unknown) => isOrdered(a, b) && a <= (b as typeof a),
  }),
);
