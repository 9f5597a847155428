import { type Mutant, mutantsOf } from '../mutant.ts';

const DECIDE = 'shared/src/rbac/decide-access.test.ts';
const EVALUATE = 'shared/src/rbac/conditions/evaluate.test.ts';
const PARSE = 'shared/src/rbac/conditions/parse.test.ts';
const ASSIGNMENTS = 'shared/src/policy/assignments.test.ts';

/** Azure RBAC: the decision, conditions, and the assignments it is made from. */
export const RBAC: readonly Mutant[] = [
  ...mutantsOf('shared/src/rbac/decide-access.ts', DECIDE, [
    {
      name: 'principal of the assignment',
      find: "if (!asked.principalIds.has(principalId)) return 'other principal';",
      replace: '',
      test: 'grants nothing to another principal',
    },
    {
      name: 'scope',
      find: "if (!isAtOrAbove(scope, asked.resource)) return 'other scope';",
      replace: '',
      test: 'assigned at another secret',
    },
    {
      name: 'action in role',
      find: "if (reach === 'not included') return 'action not in role';",
      replace: '',
      test: 'grants no data action for actions: ["*"]',
    },
    {
      name: 'exceptions of a role',
      find: "if (reach === 'excepted') return 'action excluded by role';",
      replace: '',
      test: 'subtracts notDataActions within their role',
    },
    {
      name: 'condition',
      find: "return asked.meets(assignment.condition, condition) ? 'grants' : 'condition not met';",
      replace: "return 'grants';",
      test: 'grants under a condition that holds, and not under one that does not',
    },
    {
      name: 'condition that cannot be read',
      find: "typeof condition === 'object' && evaluate(condition, situation) === true",
      replace: "typeof condition !== 'object' || evaluate(condition, situation) === true",
      test: 'never grants under a condition that cannot be read, or that asks for what is not there',
    },
    {
      name: 'condition that cannot be said to hold',
      find: 'evaluate(condition, situation) === true',
      replace: 'evaluate(condition, situation) !== false',
      test: 'never grants under a condition that cannot be read, or that asks for what is not there',
    },
    {
      name: 'deny assignment wins',
      find: 'grantedBy: deniedBy ? undefined : granting',
      replace: 'grantedBy: granting',
      test: 'lets a deny assignment win over every role assignment',
    },
    {
      name: 'deny assignment for everybody',
      find: 'principalIds.has(EVERYONE) || ',
      replace: '',
      test: 'a deny assignment for everybody',
    },
    {
      name: 'deny assignment at its scope only',
      find: 'denial.doNotApplyToChildScopes && scope.length !== asked.resource.length',
      replace: 'denial.doNotApplyToChildScopes',
      test: 'a deny assignment for this very scope, and not its children',
    },
  ]),
  ...mutantsOf('shared/src/rbac/scope.ts', DECIDE, [
    {
      name: 'scope boundary',
      find: 'above.every((segment, index) => segment === below[index]);',
      replace: "below.join('/').startsWith(above.join('/'));",
      test: 'assigned at a vault whose name only starts the same',
    },
    {
      name: 'scope below the resource',
      find: 'above.every((segment, index) => segment === below[index]);',
      replace: 'above.slice(0, below.length).every((segment, index) => segment === below[index]);',
      test: 'assigned at something below it',
    },
  ]),
  ...mutantsOf('shared/src/rbac/compile.ts', DECIDE, [
    {
      name: 'actions are no dataActions',
      find: '[operation.dataAction, ready.dataActions, ready.notDataActions]',
      replace: '[operation.dataAction, [...ready.actions, ...ready.dataActions], ready.notDataActions]',
      test: 'grants no data action for actions: ["*"]',
    },
    {
      name: 'dataActions are no actions',
      find: '[operation.action, ready.actions, ready.notActions]',
      replace: '[operation.action, [...ready.actions, ...ready.dataActions], ready.notActions]',
      test: 'grants no action for dataActions: ["*"]',
    },
    {
      name: 'notDataActions',
      find: 'ready.dataActions, ready.notDataActions]',
      replace: 'ready.dataActions, []]',
      test: 'subtracts notDataActions within their role',
    },
    {
      name: 'notActions',
      find: 'ready.actions, ready.notActions]',
      replace: 'ready.actions, []]',
      test: 'subtracts notActions within their role',
    },
  ]),
  ...mutantsOf('shared/src/rbac/patterns.ts', DECIDE, [
    {
      name: 'beginning of a pattern',
      find: 'if (!action.startsWith(first)) return false;',
      replace: '',
      test: 'pattern a/* on b/a/c: false',
    },
    {
      name: 'end of a pattern',
      find: 'action.endsWith(last)',
      replace: 'action.includes(last)',
      test: 'pattern */read on a/b/read/action: false',
    },
  ]),
  ...mutantsOf('shared/src/rbac/conditions/evaluate.ts', EVALUATE, [
    {
      name: 'condition on tags that do not agree',
      find: 'return verdicts.size === 1 ? verdicts.has(true) : undefined;',
      replace: 'return verdicts.has(true);',
      test: `tags whose keys differ in case alone > @Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags:Project] StringEquals 'a' of ["a","b"]: undefined`,
    },
    {
      name: 'condition: an attribute that is not there',
      find: 'if (!left || !right) return undefined;',
      replace: 'if (!left || !right) return false;',
      test: 'what is not there > is not made known by a negation',
    },
    {
      name: 'condition: all of none',
      find: 'if (found.length === 0) return undefined;',
      replace: 'if (attributes(operand.attribute) === undefined) return undefined;',
      test: 'what is not there > is all of a blob that has no tags: all of none is not enough',
    },
    {
      name: 'condition: what is unknown stays so',
      find: 'return unknown ? undefined : !decisive;',
      replace: 'return !decisive;',
      test: 'what is not there > leaves the rest open',
    },
  ]),
  ...mutantsOf('shared/src/rbac/conditions/parse.ts', PARSE, [
    {
      name: 'condition: length',
      find: 'if (text.length > MAX_CONDITION_LENGTH)',
      replace: 'if (text.length > 1e9)',
      test: 'refuses what is too long or nested too deep, however it is nested',
    },
    {
      name: 'condition: depth',
      find: 'if (depth > MAX_DEPTH)',
      replace: 'if (depth > 1e9)',
      test: 'refuses what is too long or nested too deep, however it is nested',
    },
    {
      name: 'condition: to its end',
      find: "if (kind !== 'end')",
      replace: "if (kind === ',')",
      test: 'refuses two conditions without AND or OR, and says where',
    },
  ]),
  ...mutantsOf('shared/src/policy/assignments.ts', ASSIGNMENTS, [
    {
      name: 'assignments of the principal only',
      find: 'WHERE principal_id = ? ORDER BY',
      replace: 'WHERE ? IS NOT NULL ORDER BY',
      test: 'finds the assignments of these principals, and no others',
    },
    {
      name: 'assignment taken back',
      find: 'else dropAssignment.run(id);',
      replace: '',
      test: 'forgets an assignment that is taken back',
    },
    {
      name: 'role definition taken back',
      find: 'else dropDefinition.run(id.toLowerCase());',
      replace: '',
      test: 'lets a role grant nothing before it is defined, and after it is deleted',
    },
    {
      name: 'a change is heard at once',
      find: 'else return;\n      forget();',
      replace: 'else return;',
      test: 'reads a principal once, and anew after each change',
    },
    {
      name: 'nothing is kept of a transaction',
      find: 'mayKeep: () => !db.inTransaction',
      replace: 'mayKeep: () => true',
      test: 'keeps nothing that is read inside of a transaction, which may be rolled back',
    },
  ]),
];
