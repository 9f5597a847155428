import { expect, it } from 'vitest';
import { ConditionFault } from './condition.ts';
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
