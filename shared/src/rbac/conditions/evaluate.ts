import type { AttributeName, Attributes } from './attributes.ts';
import type { Condition, Operand } from './condition.ts';
import { type Quantifier, toValue, type Value } from './operators.ts';

/** What a condition is asked about. */
export type Situation = {
  /** The action or data action that is being checked, in lower case. */
  readonly action: string;
  /** What the operation is more precisely, such as `blob.list`: in lower case. */
  readonly subOperations: readonly string[];
  readonly attributes: Attributes;
};

/**
 * Whether a condition holds. Undefined: that cannot be said, because an attribute that it compares is not there. Then
 * the role assignment does not grant, just as if the condition were false; but the negation of what cannot be said
 * cannot be said either, so that no `NOT` makes a right of a missing tag.
 *
 * `false AND …` is false and `true OR …` is true whatever is missing: for actions that a condition does not target,
 * `!(ActionMatches{…}) OR …` is true, and the assignment grants as if it had none.
 * @see https://learn.microsoft.com/azure/role-based-access-control/conditions-format#how-a-condition-is-evaluated
 */
export function evaluate(condition: Condition, situation: Situation): boolean | undefined {
  switch (condition.kind) {
    case 'action':
      return condition.matches(situation.action);
    case 'subOperation':
      return situation.subOperations.some(condition.matches);
    case 'exists':
      return lookUp(condition.attribute, situation.attributes).length > 0;
    case 'not': {
      const holds = evaluate(condition.of, situation);
      return holds === undefined ? undefined : !holds;
    }
    case 'and':
    case 'or': {
      const decisive = condition.kind === 'or';
      let unknown = false;
      for (const part of condition.of) {
        const holds = evaluate(part, situation);
        if (holds === decisive) return decisive;
        unknown ||= holds === undefined;
      }
      return unknown ? undefined : !decisive;
    }
    case 'comparison': {
      const { operator, quantifier } = condition;
      const left = valuesOf(condition.left, operator.type, situation);
      const right = valuesOf(condition.right, operator.type, situation);
      if (!left || !right) return undefined;
      const verdicts = new Set(
        alternatives(condition.left, left).flatMap((some) =>
          alternatives(condition.right, right).map((others) =>
            compare(some, others, operator.holds, quantifier ?? ONE),
          ),
        ),
      );
      return verdicts.size === 1 ? verdicts.has(true) : undefined;
    }
  }
}

const ONE: Quantifier = { left: 'all', right: 'all' };

function compare(
  left: readonly Value[],
  right: readonly Value[],
  holds: (left: Value, right: Value) => boolean,
  quantifier: Quantifier,
): boolean {
  const forRight = (value: Value): boolean =>
    quantifier.right === 'any'
      ? right.some((other) => holds(value, other))
      : right.every((other) => holds(value, other));
  return quantifier.left === 'any' ? left.some(forRight) : left.every(forRight);
}

/**
 * Tags whose keys differ in case alone are compared one by one. Where they do not agree, nothing can be said, or whoever
 * writes the tags would choose the one that counts.
 */
const alternatives = (operand: Operand, values: readonly Value[]): readonly (readonly Value[])[] =>
  'attribute' in operand && operand.attribute.key ? values.map((value) => [value]) : [values];

/** @returns undefined when the attribute is not there, has no value at all, or one of another type. */
function valuesOf(
  operand: Operand,
  type: Parameters<typeof toValue>[1],
  { attributes }: Situation,
): readonly Value[] | undefined {
  if ('values' in operand) return operand.values;
  const found = lookUp(operand.attribute, attributes);
  if (found.length === 0) return undefined;
  const values = found.map((value) => toValue(value, type));
  return values.every((value) => value !== undefined) ? values : undefined;
}

function lookUp(attribute: AttributeName, attributes: Attributes): readonly Value[] {
  const value = attributes(attribute);
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [value];
}
