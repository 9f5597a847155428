import { expect, it } from 'vitest';
import { ConditionFault } from './condition.ts';
import { evaluate } from './evaluate.ts';
import { MAX_CONDITION_LENGTH, parseCondition } from './parse.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const NAME = '@Resource[Microsoft.Storage/storageAccounts:name]';
const ROLE = '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]';

/** What is wrong with a condition; nothing at all when it is understood, or when understanding it fails otherwise. */
const faultOf = (condition: string): { message?: string; position?: number } => {
  try {
    parseCondition(condition);
    return {};
  } catch (error) {
    return error instanceof ConditionFault ? error : {};
  }
};

it.each([
  [
    'an action and an expression',
    `((!(ActionMatches{'${BLOBS}/read'} AND NOT SubOperationMatches{'Blob.List'})) OR (@Resource[${BLOBS}/tags:Project<$key_case_sensitive$>] StringEquals 'Cascade'))`,
  ],
  [
    'several actions',
    `((!(ActionMatches{'${BLOBS}/write'}) AND !(ActionMatches{'${BLOBS}/add/action'})) OR (@Request[${BLOBS}/tags&$keys$&] ForAllOfAnyValues:StringEquals {'Project', 'Program'}))`,
  ],
  ['signs for words', `!(ActionMatches{'a'} && ActionMatches{'b'}) || ${NAME} StringEquals 'x'`],
  ['any case and any space', `not\n(actionmatches {'a'}) Or\t${NAME.toUpperCase()} stringequals'x'`],
  ['an attribute that exists', `NOT Exists @Request[${BLOBS}:snapshot]`],
  [
    'GUIDs without apostrophes',
    `${ROLE} ForAnyOfAnyValues:GuidEquals {b24988ac-6180-42a0-ab88-20f7382dd24c, acdd72a7-3385-48ef-bd42-f606fba81ae7}`,
  ],
  ['a GUID that begins with a letter', `${ROLE} GuidNotEquals 'acdd72a7-3385-48ef-bd42-f606fba81ae7'`],
  ['a boolean', '@Environment[isPrivateLink] BoolEquals true'],
  ['a time', "@Environment[UtcNow] DateTimeGreaterThan '2023-03-29T22:03:00.0Z'"],
  [
    'an attribute on the right',
    `@Resource[${BLOBS}/tags:Project] StringEquals @Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Engineering_Project]`,
  ],
  ['values on the left', `{'a', 'b'} ForAnyOfAnyValues:StringEquals @Resource[${BLOBS}/tags&$keys$&]`],
  ['text that looks like syntax', `${NAME} StringNotLike ') OR (''`.slice(0, -1)],
])('understands %s', (_, condition) => expect(() => parseCondition(condition)).not.toThrow());

it.each([
  ['nothing', '', 0],
  ['space', '  ', 2],
  ['a word alone', 'true', 4],
  ['an open parenthesis', `(${NAME} StringEquals 'x'`, NAME.length + 18],
  ['a closing parenthesis too many', "ActionMatches{'a'})", 18],
  ['two conditions without AND or OR', "ActionMatches{'a'} ActionMatches{'b'}", 19],
  ['AND beside OR without parentheses', "ActionMatches{'a'} AND ActionMatches{'b'} OR ActionMatches{'c'}", 42],
  ['an operator that does not exist', `${NAME} StringMatches 'x'`, NAME.length + 1],
  ['an operator of JavaScript', `${NAME} constructor 'x'`, NAME.length + 1],
  ['an operator that takes no quantifier', `${NAME} ForAnyOfAnyValues:StringStartsWith {'x'}`, NAME.length + 1],
  ['a quantifier that does not exist', `${NAME} ForSomeOfAnyValues:StringEquals {'x'}`, NAME.length + 1],
  ['an attribute that does not exist', "@Resource[Microsoft.ServiceBus/namespaces/queues:Name] StringEquals 'foo'", 0],
  ['an attribute of another source', "@Request[Microsoft.Storage/storageAccounts:name] StringEquals 'x'", 0],
  ['a tag whose key the shell has eaten', `@Resource[${BLOBS}/tags:Project<$>] StringEquals 'x'`, 0],
  ['a source that does not exist', "@Subject[a] StringEquals 'x'", 0],
  ['a time compared as text', "@Environment[UtcNow] StringEquals 'x'", 0],
  ['a time that is none', "@Environment[UtcNow] DateTimeGreaterThan 'tomorrow'", 41],
  ['a text without apostrophes', `${NAME} StringEquals x`, NAME.length + 14],
  ['a GUID that is none', `${ROLE} GuidEquals {b24988ac}`, ROLE.length + 13],
  ['several values without a quantifier', `${NAME} StringEquals {'a','b'}`, NAME.length + 14],
  ['many values without a quantifier', `@Resource[${BLOBS}/tags&$keys$&] StringEquals 'x'`, 0],
  ['no attribute at all', "'a' StringEquals 'a'", 0],
  ['a text that does not end', `${NAME} StringEquals 'x`, NAME.length + 14],
  ['an attribute that does not end', '@Resource[a', 0],
  ['an empty set', `${NAME} ForAnyOfAnyValues:StringEquals {}`, NAME.length + 33],
  ['an action without a name', "ActionMatches{''}", 14],
  ['one ampersand', "ActionMatches{'a'} & ActionMatches{'b'}", 19],
  ['typographic apostrophes', 'ActionMatches{‘a’}', 14],
])('refuses %s, and says where', (_, condition, position) => expect(faultOf(condition).position).toBe(position));

it('refuses what is too long or nested too deep, however it is nested', () => {
  expect(faultOf(' '.repeat(MAX_CONDITION_LENGTH + 1)).position).toBe(MAX_CONDITION_LENGTH);
  for (const deep of ['('.repeat(8_000), '!'.repeat(8_000), 'NOT '.repeat(2_000)]) {
    expect(faultOf(deep).message).toContain('nested');
  }
});

it('refuses any part of a condition that stops too early', () => {
  const condition = `((!(ActionMatches{'a'} AND NOT SubOperationMatches{'b'})) OR (${NAME} StringLike 'x*'))`;
  expect(() => parseCondition(condition)).not.toThrow();
  for (let length = 0; length < condition.length; length += 1) {
    expect(faultOf(condition.slice(0, length)), condition.slice(0, length)).toBeInstanceOf(ConditionFault);
  }
});

it('takes any text for a condition, or says why it is none: 20,000 conditions with something wrong in them', () => {
  const whole = [
    `((!(ActionMatches{'a/*/read'} AND NOT SubOperationMatches{'Blob.List'})) OR (${NAME} StringEquals 'x'))`,
    `@Resource[${BLOBS}:path] StringLike 'a/*?b\\*' && (@Request[${BLOBS}:prefix] StringStartsWith 'x' || Exists ${ROLE})`,
    `@Request[${BLOBS}/tags&$keys$&] ForAllOfAnyValues:StringEquals {'A','B'}`,
    `${ROLE} ForAnyOfAnyValues:GuidEquals {18d7d88dd35e4fb5a5c37773c20a72d9}`,
    "@Environment[UtcNow] DateTimeGreaterThan '2023-05-01T13:00:00.0Z' AND @Environment[isPrivateLink] BoolEquals true",
  ];
  const parts = [
    ..."'@[]{}()!,:*?\\$<> \0\ud800é",
    '&&',
    '||',
    'AND',
    'NOT',
    '__proto__',
    '@Resource[constructor]',
    '1e9',
  ];
  let seed = 1;
  const below = (limit: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const oneOf = (list: readonly string[]): string => list[below(list.length)] ?? '';
  let understood = 0;
  for (let round = 0; round < 20_000; round += 1) {
    let text = oneOf(whole);
    for (let change = below(4); change >= 0; change -= 1) {
      const at = below(text.length);
      text = text.slice(0, at) + (below(2) ? oneOf(parts) : '') + text.slice(at + below(3));
    }
    try {
      const verdict = evaluate(parseCondition(text), { action: 'a/b/read', subOperations: [], attributes: () => 'x' });
      expect([true, false, undefined]).toContain(verdict);
      understood += 1;
    } catch (error) {
      if (!(error instanceof ConditionFault)) throw new Error(text, { cause: error });
    }
  }
  expect(understood).toBeGreaterThan(100);
});
