import { describe, expect, it } from 'vitest';
import { ATTRIBUTE, attributesOf, environmentAt } from './attributes.ts';
import { evaluate } from './evaluate.ts';
import { isLike } from './operators.ts';
import { parseCondition } from './parse.ts';

const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const READ = `${CONTAINERS}/blobs/read`;
const PATH = `@Resource[${CONTAINERS}/blobs:path]`;
const KEYS = `@Resource[${CONTAINERS}/blobs/tags&$keys$&]`;
const SNAPSHOT = `@Request[${CONTAINERS}/blobs:snapshot]`;
const tag = (key: string) => `@Resource[${CONTAINERS}/blobs/tags:${key}]`;

/** Reading the blob readonly/a.txt, whose tags are Project=Cascade and size=10. */
const attributes = attributesOf({
  Resource: {
    [ATTRIBUTE.accountName]: 'stlab',
    [ATTRIBUTE.containerName]: 'docs',
    [ATTRIBUTE.blobPath]: 'readonly/a.txt',
    [ATTRIBUTE.isCurrentVersion]: true,
    [ATTRIBUTE.tag]: () => [
      ['Project', 'Cascade'],
      ['size', '10'],
    ],
  },
  Request: {
    [ATTRIBUTE.roleDefinitionId]: 'B24988AC-6180-42a0-ab88-20f7382dd24c',
    [ATTRIBUTE.versionId]: '2022-06-01T00:00:00.5Z',
  },
  Environment: environmentAt(1_700_000_000),
});
const situation = { action: READ.toLowerCase(), subOperations: ['blob.read'], attributes };
const holds = (condition: string) => evaluate(parseCondition(condition), situation);

describe('actions', () => {
  it.each([
    [`ActionMatches{'${READ}'}`, true],
    [`ActionMatches{'${READ.toUpperCase()}'}`, true],
    [`ActionMatches{'${CONTAINERS}/*'}`, true],
    [`ActionMatches{'${CONTAINERS}/blobs/write'}`, false],
    ["SubOperationMatches{'blob.read'}", true],
    ["SubOperationMatches{'Blob.List'}", false],
    [`ActionMatches{'${READ}'} AND NOT SubOperationMatches{'Blob.List'}`, true],
  ])('%s: %s', (condition, expected) => expect(holds(condition)).toBe(expected));
});

describe('comparisons', () => {
  it.each([
    [`${PATH} StringEquals 'readonly/a.txt'`, true],
    [`${PATH} StringEquals 'readonly/A.txt'`, false],
    [`${PATH} StringEqualsIgnoreCase 'READONLY/a.txt'`, true],
    [`${PATH} StringNotEquals 'readonly/a.txt'`, false],
    [`${PATH} StringNotEqualsIgnoreCase 'READONLY/a.txt'`, false],
    [`${PATH} StringStartsWith 'readonly/'`, true],
    [`${PATH} StringStartsWithIgnoreCase 'ReadOnly/'`, true],
    [`${PATH} StringNotStartsWith 'readonly/'`, false],
    [`${PATH} StringLike 'readonly/*'`, true],
    [`${PATH} StringLikeIgnoreCase 'READONLY/?.txt'`, true],
    [`${PATH} StringNotLike 'readonly/*'`, false],
    [`@Resource[${CONTAINERS}/blobs:isCurrentVersion] BoolEquals true`, true],
    [`@Resource[${CONTAINERS}/blobs:isCurrentVersion] BoolNotEquals 'True'`, false],
    [
      '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] GuidEquals b24988ac-6180-42A0-ab88-20f7382dd24c',
      true,
    ],
    [
      '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{b24988ac618042a0ab8820f7382dd24c}',
      true,
    ],
    [
      '@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAllOfAllValues:GuidNotEquals {b24988ac-6180-42a0-ab88-20f7382dd24c}',
      false,
    ],
    [`@Request[${CONTAINERS}/blobs:versionId] DateTimeEquals '2022-06-01T00:00:00.5000000Z'`, true],
    ["@Environment[UtcNow] DateTimeGreaterThan '2023-11-14T22:13:19.9999999Z'", true],
    ["@Environment[UtcNow] DateTimeLessThan '2023-11-14T22:13:20.0Z'", false],
    ["@Environment[UtcNow] DateTimeLessThanEquals '2023-11-14T22:13:20Z'", true],
    ['@Environment[isPrivateLink] BoolEquals true', false],
    [`${tag('Project')} StringEquals 'Cascade'`, true],
    [`${tag('project')} StringEquals 'Cascade'`, true],
    [`${tag('Project<$key_case_sensitive$>')} StringEquals 'Cascade'`, true],
    [`${tag('project<$key_case_sensitive$>')} StringEquals 'Cascade'`, undefined],
    [`${KEYS} ForAllOfAnyValues:StringEquals {'Project', 'size', 'x'}`, true],
    [`${KEYS} ForAllOfAnyValues:StringEquals {'Project', 'x'}`, false],
    [`${KEYS} ForAnyOfAnyValues:StringEquals {'Project', 'x'}`, true],
    [`${KEYS} ForAnyOfAllValues:StringLike {'P*', '*t'}`, true],
    [`${KEYS} ForAnyOfAllValues:StringLike {'P*', 's*'}`, false],
    [`${KEYS} ForAllOfAllValues:StringNotEquals {'a', 'b'}`, true],
    [`{'Project', 'nope'} ForAnyOfAnyValues:StringEquals ${KEYS}`, true],
  ])('%s: %s', (condition, expected) => expect(holds(condition)).toBe(expected));
});

describe('what is not there', () => {
  it.each([
    ['makes a comparison unknown', `${SNAPSHOT} DateTimeEquals '2022-06-01T00:00:00Z'`, undefined],
    ['is not unequal to anything', `${tag('Nope')} StringNotEquals 'x'`, undefined],
    ['is not made known by a negation', `NOT ${tag('Nope')} StringEquals 'x'`, undefined],
    [
      'on the right as well',
      `${PATH} StringEquals @Principal[Microsoft.Directory/CustomSecurityAttributes/Id:a_b]`,
      undefined,
    ],
    ['does not exist', `Exists ${SNAPSHOT}`, false],
    ['can be asked for', `NOT Exists ${SNAPSHOT}`, true],
    ['does not matter where another part decides', `${tag('Nope')} StringEquals 'x' OR ${PATH} StringLike '*'`, true],
    ['matters where it does not', `${tag('Nope')} StringEquals 'x' OR ${PATH} StringLike 'x'`, undefined],
    ['cannot rescue what is false', `${tag('Nope')} StringEquals 'x' AND ${PATH} StringLike 'x'`, false],
    ['leaves the rest open', `${tag('Nope')} StringEquals 'x' AND ${PATH} StringLike '*'`, undefined],
  ])('%s', (_, condition, expected) => expect(holds(condition)).toBe(expected));

  it('is all of a blob that has no tags: all of none is not enough', () => {
    const untagged = attributesOf({ Resource: { [ATTRIBUTE.tag]: () => [] } });
    const condition = parseCondition(`${KEYS} ForAllOfAllValues:StringNotEquals {'secret'}`);
    expect(evaluate(condition, { ...situation, attributes: untagged })).toBeUndefined();
  });
});

it('asks for tags only when the condition does', () => {
  const asking = attributesOf({
    Resource: {
      [ATTRIBUTE.blobPath]: 'a',
      [ATTRIBUTE.tag]: () => {
        throw new Error('asked');
      },
    },
  });
  const asked = { ...situation, attributes: asking };
  expect(evaluate(parseCondition(`${PATH} StringEquals 'a'`), asked)).toBe(true);
  expect(() => evaluate(parseCondition(`${tag('a')} StringEquals 'a'`), asked)).toThrow('asked');
});

describe('patterns', () => {
  it.each([
    ['abcd', 'a*c?', true],
    ['abcd', 'A*C?', false],
    ['abcd', 'a*c', false],
    ['', '*', true],
    ['', '?', false],
    ['a*c', 'a\\*c', true],
    ['abc', 'a\\*c', false],
    ['a?', 'a\\?', true],
    ['a\\b', 'a\\b', true],
    ['ab', 'ab*', true],
    ['a😀b', 'a?b', true],
    ['aXbXc', '*X*X*', true],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
  ])('%j is like %j: %s', (text, pattern, expected) => expect(isLike(text, pattern)).toBe(expected));

  it('take no longer for being malicious', () => {
    const started = performance.now();
    expect(isLike('a'.repeat(1_024), `${'*a'.repeat(2_000)}b`)).toBe(false);
    expect(isLike('a'.repeat(1_024), `${'a*'.repeat(500)}?b`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('tags whose keys differ in case alone', () => {
  const KEY = tag('Project');
  const under = (condition: string, ...values: string[]) =>
    evaluate(parseCondition(condition), {
      ...situation,
      attributes: attributesOf({
        Resource: { [ATTRIBUTE.tag]: () => values.map((value, index) => [index ? 'PROJECT' : 'project', value]) },
      }),
    });
  it.each([
    [`${KEY} StringEquals 'a'`, ['a', 'a'], true],
    [`${KEY} StringEquals 'a'`, ['b', 'c'], false],
    [`${KEY} StringEquals 'a'`, ['a', 'b'], undefined],
    [`NOT ${KEY} StringEquals 'b'`, ['a', 'b'], undefined],
    [`${KEY} StringNotEquals 'b'`, ['a', 'b'], undefined],
    [`${KEY} ForAnyOfAnyValues:StringEquals {'a', 'x'}`, ['a', 'b'], undefined],
    [`Exists ${KEY}`, ['a', 'b'], true],
    [`Exists ${KEY}`, [], false],
  ])('%s of %j: %s', (condition, values, expected) => expect(under(condition, ...values)).toBe(expected));
});
