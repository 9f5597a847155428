import { compiled } from '../patterns.ts';
import { type AttributeName, findAttribute } from './attributes.ts';
import { type Condition, ConditionFault, type Operand } from './condition.ts';
import { findOperator, type Operator, type Quantifier, toValue, type Value } from './operators.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Azure's limit on the text of a condition. */
export const MAX_CONDITION_LENGTH = 8 * 1024;
const MAX_DEPTH = 50;

type TokenOf<K extends Token['kind']> = Extract<Token, { readonly kind: K }>;

/**
 * A condition of a role assignment, version 2.0, by recursive descent:
 *
 *     condition  = unary { AND unary } | unary { OR unary }
 *     unary      = ( "!" | NOT ) unary | "(" condition ")" | function | comparison
 *     function   = ActionMatches "{" text "}" | SubOperationMatches "{" text "}" | Exists attribute
 *     comparison = operand operator operand
 *     operand    = attribute | value | "{" value { "," value } "}"
 *
 * AND beside OR needs parentheses: their order would be ambiguous. Names of operators, functions and attributes are
 * compared without case.
 *
 * @throws ConditionFault, with the position, for whatever else: a text is a condition as a whole or not at all.
 * @see https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */
export function parseCondition(text: string): Condition {
  if (text.length > MAX_CONDITION_LENGTH) {
    throw new ConditionFault(`a condition has at most ${MAX_CONDITION_LENGTH} characters`, MAX_CONDITION_LENGTH);
  }
  const tokens = tokensOf(text);
  let index = 0;
  let depth = 0;

  const peek = (): Token => tokens[index] as Token;
  const next = (): Token => {
    const token = peek();
    if (token.kind !== 'end') index += 1;
    return token;
  };
  const expect = <K extends Token['kind']>(kind: K, what: string): TokenOf<K> => {
    const token = next();
    if (token.kind !== kind) throw new ConditionFault(`expected ${what}`, token.position);
    return token as TokenOf<K>;
  };
  const nested = <T>(parse: () => T): T => {
    depth += 1;
    if (depth > MAX_DEPTH) throw new ConditionFault(`nested more than ${MAX_DEPTH} levels deep`, peek().position);
    const result = parse();
    depth -= 1;
    return result;
  };

  const condition = (): Condition => {
    const first = unary();
    const { kind } = peek();
    if (kind !== 'and' && kind !== 'or') return first;
    const of = [first];
    while (peek().kind === kind) {
      next();
      of.push(unary());
    }
    const { kind: after, position } = peek();
    if (after === 'and' || after === 'or') throw new ConditionFault('AND beside OR needs parentheses', position);
    return { kind, of };
  };

  const unary = (): Condition =>
    nested(() => {
      const token = peek();
      if (token.kind === 'not') {
        next();
        return { kind: 'not', of: unary() };
      }
      if (token.kind === '(') {
        next();
        const inner = condition();
        expect(')', "')'");
        return inner;
      }
      return (token.kind === 'word' ? call(token) : undefined) ?? comparison();
    });

  /** @returns undefined when the word is no function. */
  const call = ({ text: word }: TokenOf<'word'>): Condition | undefined => {
    const name = word.toLowerCase();
    if (name === 'exists') {
      next();
      return { kind: 'exists', attribute: attribute() };
    }
    if (name !== 'actionmatches' && name !== 'suboperationmatches') return undefined;
    next();
    expect('{', "'{'");
    const { text: pattern, position } = expect('text', 'a name between apostrophes');
    if (pattern === '') throw new ConditionFault('expected a name', position);
    expect('}', "'}'");
    return { kind: name === 'actionmatches' ? 'action' : 'subOperation', matches: compiled(pattern) };
  };

  const attribute = (): AttributeName => {
    const { source, text: name, position } = expect('attribute', 'an attribute');
    const found = findAttribute(source, name);
    if (!found) throw new ConditionFault(`${source} attribute ${name.slice(0, 200)} is not valid`, position);
    return found;
  };

  /** Literals are kept as tokens until the operator says what they are. */
  const operand = (): AttributeName | readonly Token[] => {
    const token = peek();
    if (token.kind === 'attribute') return attribute();
    if (token.kind !== '{') return [literal()];
    next();
    const literals = [literal()];
    while (peek().kind === ',') {
      next();
      literals.push(literal());
    }
    expect('}', "',' or '}'");
    return literals;
  };

  const literal = (): Token => {
    const token = next();
    if (token.kind !== 'text' && token.kind !== 'word') {
      throw new ConditionFault('expected an attribute or a value', token.position);
    }
    return token;
  };

  const comparison = (): Condition => {
    const { position: leftAt } = peek();
    const left = operand();
    const { text: name, position } = expect('word', 'an operator');
    const found = findOperator(name);
    if (!found) throw new ConditionFault(`'${name.slice(0, 64)}' is no operator`, position);
    const { operator, quantifier } = found;
    const { position: rightAt } = peek();
    const right = operand();
    if ('source' in left || 'source' in right) {
      return {
        kind: 'comparison',
        operator,
        quantifier,
        left: typed(left, leftAt, operator, quantifier),
        right: typed(right, rightAt, operator, quantifier),
      };
    }
    throw new ConditionFault('a comparison needs an attribute', leftAt);
  };

  const result = condition();
  const { kind, position } = peek();
  if (kind !== 'end') throw new ConditionFault('expected the end, AND, or OR', position);
  return result;
}

/** An operand as its operator takes it. */
function typed(
  operand: AttributeName | readonly Token[],
  position: number,
  { name, type }: Operator,
  quantifier: Quantifier | undefined,
): Operand {
  if ('source' in operand) {
    if (operand.type !== undefined && operand.type !== type) {
      throw new ConditionFault(`${name} does not compare attributes of type ${operand.type}`, position);
    }
    if (operand.list && !quantifier) {
      throw new ConditionFault(`an attribute with many values needs ForAnyOfAnyValues:${name} or its like`, position);
    }
    return { attribute: operand };
  }
  if (operand.length > 1 && !quantifier) {
    throw new ConditionFault(`several values need ForAnyOfAnyValues:${name} or its like`, position);
  }
  return { values: operand.map((token) => literalOf(token, type)) };
}

function literalOf(token: Token, type: Operator['type']): Value {
  const value =
    token.kind === 'text' || (token.kind === 'word' && type !== 'string') ? toValue(token.text, type) : undefined;
  if (value === undefined) throw new ConditionFault(`expected a value of type ${type}`, token.position);
  return value;
}
