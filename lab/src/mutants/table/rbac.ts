import { type Mutant, mutantsOf } from '../mutant.ts';

/** Azure RBAC: the decision, and the role assignments it is made from. */
export const RBAC: readonly Mutant[] = [
  ...mutantsOf('shared/src/rbac/decide-access.ts', 'shared/src/rbac/decide-access.test.ts', [
    {
      name: 'principal of the assignment',
      find: "if (!principalIds.some((id) => sameText(id, principalId))) return 'other principal';",
      replace: '',
      test: 'grants nothing to another principal',
    },
    {
      name: 'scope',
      find: "if (!covers(scope, resourceId)) return 'other scope';",
      replace: '',
      test: 'assigned at another secret',
    },
    {
      name: 'scope boundary',
      find: 'return above.every((segment, index) => segment === below[index]);',
      replace: "return below.join('/').startsWith(above.join('/'));",
      test: 'assigned at a vault whose name only starts the same',
    },
    {
      name: 'scope below the resource',
      find: 'return above.every((segment, index) => segment === below[index]);',
      replace: 'return above.slice(0, below.length).every((segment, index) => segment === below[index]);',
      test: 'assigned at something below it',
    },
    {
      name: 'action in role',
      find: "if (!granted.some((pattern) => matches(pattern, name))) return 'action not in role';",
      replace: '',
      test: 'grants no data action for actions: ["*"]',
    },
    {
      name: 'actions are no dataActions',
      find: '[operation.dataAction, role.dataActions, role.notDataActions]',
      replace: '[operation.dataAction, [...role.actions, ...role.dataActions], role.notDataActions]',
      test: 'grants no data action for actions: ["*"]',
    },
    {
      name: 'dataActions are no actions',
      find: '[operation.action, role.actions, role.notActions]',
      replace: '[operation.action, [...role.actions, ...role.dataActions], role.notActions]',
      test: 'grants no action for dataActions: ["*"]',
    },
    {
      name: 'notDataActions',
      find: 'role.dataActions, role.notDataActions]',
      replace: 'role.dataActions, []]',
      test: 'subtracts notDataActions within their role',
    },
    {
      name: 'notActions',
      find: 'role.actions, role.notActions]',
      replace: 'role.actions, []]',
      test: 'subtracts notActions within their role',
    },
    {
      name: 'beginning of a pattern',
      find: 'if (!name.startsWith(first)) return false;',
      replace: '',
      test: 'pattern a/* on b/a/c: false',
    },
    {
      name: 'end of a pattern',
      find: 'name.endsWith(last)',
      replace: 'name.includes(last)',
      test: 'pattern */read on a/b/read/action: false',
    },
  ]),
  ...mutantsOf('shared/src/policy/assignments.ts', 'shared/src/policy/assignments.test.ts', [
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
  ]),
];
