import type { AttributeName } from './attributes.ts';
import type { Operator, Quantifier, Value } from './operators.ts';

/** What stands on either side of an operator: an attribute, or values as the operator compares them. */
export type Operand = { readonly attribute: AttributeName } | { readonly values: readonly Value[] };

/** A condition as it was understood: what is left of the text are the decisions in it. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  /** `matches` takes a name in lower case. */
  | { readonly kind: 'action' | 'subOperation'; readonly matches: (name: string) => boolean }
  | { readonly kind: 'exists'; readonly attribute: AttributeName }
  | {
      readonly kind: 'comparison';
      readonly left: Operand;
      readonly operator: Operator;
      /** Undefined: one value on either side. */
      readonly quantifier: Quantifier | undefined;
      readonly right: Operand;
    };

/** Why a text is no condition, and at which of its characters that shows. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault';
  /** Counted from 0. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
