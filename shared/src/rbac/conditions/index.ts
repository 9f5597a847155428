/**
 * Conditions of role assignments (attribute-based access control, version 2.0): what they may say, how their text is
 * understood, and whether one holds for a request. Pure: the attributes of a request are passed in.
 *
 * `tokens.ts` cuts the text, `parse.ts` understands it, `attributes.ts` and `operators.ts` know what may be named in it,
 * and `evaluate.ts` decides.
 */
export { ATTRIBUTE, type Attributes, type AttributeValue, attributesOf, environmentAt } from './attributes.ts';
export { type Condition, ConditionFault } from './condition.ts';
export { evaluate } from './evaluate.ts';
export { parseCondition } from './parse.ts';
