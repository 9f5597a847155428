import { type Mutant, mutantsOf } from '../mutant.ts';

const ASSIGNMENTS = 'services/arm/src/routes/authorization/role-assignments.test.ts';
const DEFINITIONS = 'services/arm/src/routes/authorization/role-definitions.test.ts';
const DENIALS = 'services/arm/src/routes/authorization/deny-assignments.test.ts';
const PERMISSIONS = 'services/arm/src/routes/authorization/permissions.test.ts';
const CONDITIONS = 'services/blob/src/routes/conditions.test.ts';
const VAULT = 'services/keyvault/src/routes/authorize.test.ts';

/** `Microsoft.Authorization` in Resource Manager, and conditions where they are asked about. */
export const AUTHORIZATION: readonly Mutant[] = [
  ...mutantsOf('services/arm/src/routes/authorize.ts', DENIALS, [
    {
      name: 'arm: deny assignment is named',
      find: 'if (decision.deniedBy && mayOtherwise) throw deniedBy(',
      replace: 'if (false as boolean) throw deniedBy(',
      test: 'keeps an Owner from doing what a deny assignment forbids, in its own words',
    },
    {
      name: 'arm: deny assignment and what any role opens',
      find: 'if (grantedBy || deniedBy || !',
      replace: 'if (grantedBy || !',
      test: 'wins over what everybody may know who has a role of any kind',
    },
    {
      name: 'arm: deny assignment within a group that is deleted',
      find: 'if (!denial) return;',
      replace: 'if (!denial || true) return;',
      test: 'keeps what it protects when the group around it is deleted',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/authorization/role-assignments.ts', ASSIGNMENTS, [
    {
      name: 'arm: right to assign roles',
      find: 'await authorizeWrite(parts, req, res, id);',
      replace: '',
      test: 'who may assign roles > Contributor: 403 AuthorizationFailed',
    },
    {
      name: 'arm: right to take roles back',
      find: `authorize(res, \`\${ACTION}/delete\`, id, { Resource: known ? attributesOfAssignment(known) : {} });`,
      replace: '',
      test: 'who may assign roles > names the assignment asked for in the refusal, and says nothing about what exists',
    },
    {
      name: 'arm: right to list role assignments',
      find: `authorize(res, \`\${ACTION}/read\`, extensionId(scope, 'roleAssignments'));`,
      replace: '',
      test: 'a list > is for those who may read it, and shows what they inherit',
    },
    {
      name: 'arm: what a condition on assigning is about',
      find: 'const about = { Request: attributesOfAssignment(said) };',
      replace:
        "const about = { Request: attributesOfAssignment({ ...said, roleDefinitionId: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' }) };",
      test: 'an administrator under a condition > assigns the roles that it names, to principals that it names',
    },
    {
      name: 'arm: scope of an assignment, after the directory was asked',
      find: 'checkExists(resources, parseResourceId(scope));\n      const wanted',
      replace: 'const wanted',
      test: 'assigns nothing at a scope that goes while the directory is asked: what is made anew there is free of it',
    },
    {
      name: 'arm: assignable scopes of a custom role',
      find: 'if (!isAssignableAt(role, scope)) throw scopeNotAssignable(scope, role.roleName);',
      replace: '',
      test: 'assigns a custom role within its own scopes only',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/authorization/role-assignment.ts', ASSIGNMENTS, [
    {
      name: 'arm: condition is parsed when written',
      find: '    parseCondition(condition);',
      replace: '',
      test: 'refuses a condition that is none',
    },
    {
      name: 'arm: principal of another tenant',
      find: 'if (found && !sameText(found.tenantId, tenantId)) throw principalNotFound(principalId, tenantId);',
      replace: '',
      test: 'knows no principal of another tenant, whatever its type is said to be',
    },
    {
      name: 'arm: role assignments of another tenant',
      find: '.filter(own);\n  }\n  const at',
      replace: ';\n  }\n  const at',
      test: 'a list > shows nothing of another tenant, at the root either',
    },
    {
      name: 'arm: a role assignment keeps principal, role and scope',
      find: 'if (!same) throw updateNotPermitted();',
      replace: '',
      test: 'a second PUT > with another role is not permitted',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/authorization/role-definition.ts', DEFINITIONS, [
    {
      name: 'arm: custom roles of another tenant',
      find: '!isCustom(role) || role.tenantId?.toLowerCase() === tenantId.toLowerCase();',
      replace: 'tenantId !== role.id;',
      test: 'a custom role > belongs to its tenant: another one neither sees nor changes it, and may use its name',
    },
    {
      name: 'arm: data actions at a management group',
      find: 'throw noDataActionsAtManagementGroup();',
      replace: 'return { role, scopes };',
      test: 'a custom role > is refused with data actions at a management group',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/authorization/role-definitions.ts', DEFINITIONS, [
    {
      name: 'arm: right to write roles at all of their scopes',
      find: `if (!isOwn || !isAllowed(res, \`\${ACTION}/write\`, target)) {`,
      replace: 'if (!isOwn) {',
      test: 'a custom role > needs the right at all of its scopes, as well as at the request',
    },
    {
      name: 'arm: right to change roles at the scopes they have',
      find: 'for (const assignable of known?.assignableScopes ?? []) {',
      replace: 'for (const assignable of [] as string[]) {',
      test: 'a custom role > is not changed by who may write roles at the new scopes alone: it would grant more where it is assigned',
    },
    {
      name: 'arm: built-in roles stay as they are',
      find: 'if (known && !isCustom(known)) throw builtInRole(known.roleName);',
      replace: '',
      test: 'a custom role > is named by a GUID, and not by that of a built-in role',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/authorization/deny-assignments.ts', DENIALS, [
    {
      name: 'arm: deny assignments are made by Azure',
      find: `authorize(res, \`\${ACTION}/write\`, addressOf(req).id);\n    throw denyAssignmentsAreAzures();`,
      replace: `authorize(res, \`\${ACTION}/write\`, addressOf(req).id);\n    res.status(201).json({});`,
      test: 'cannot be made or removed by anybody',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/authorization/permissions.ts', PERMISSIONS, [
    {
      name: 'arm: permissions of those who have some',
      find: 'if (held.length === 0) throw authorizationFailed(',
      replace: 'if (held.length === -1) throw authorizationFailed(',
      test: 'tells callers what they may do, by what they are assigned at or above the scope',
    },
  ]),
  ...mutantsOf('services/blob/src/domain/condition-attributes.ts', CONDITIONS, [
    {
      name: 'blob: path that a condition is about',
      find: '[ATTRIBUTE.blobPath]: blob,',
      replace: "[ATTRIBUTE.blobPath]: 'public/a',",
      test: 'opens what lies in a path, and nothing beside it',
    },
    {
      name: 'blob: container that a condition is about',
      find: '[ATTRIBUTE.containerName]: container || undefined,',
      replace: "[ATTRIBUTE.containerName]: 'docs',",
      test: 'opens a container by its name',
    },
    {
      name: 'blob: tags that a condition is about',
      find: '[ATTRIBUTE.tag]: storedTags,',
      replace: "[ATTRIBUTE.tag]: () => [['Project', 'Cascade']] as const,",
      test: 'opens blobs by their tags',
    },
    {
      name: 'blob: tags that a request brings along',
      find: '[ATTRIBUTE.tag]: () => sentTags,',
      replace: "[ATTRIBUTE.tag]: () => [['Project', 'Cascade']] as const,",
      test: 'tags that a write brings along > have to be these, where a condition is about writes with tags',
    },
    {
      name: 'blob: lists are told from other reads',
      find: "if (name === 'ListBlobs') return ['Blob.List'];",
      replace: '',
      test: 'tells lists from other reads, and lists what the prefix allows',
    },
  ]),
  ...mutantsOf('services/keyvault/src/domain/authorize.ts', VAULT, [
    {
      name: 'keyvault: the time that a condition is about',
      find: 'attributesOf({ Environment: environmentAt(clock.now()) })',
      replace: 'attributesOf({ Environment: environmentAt(0) })',
      test: 'knows of conditions the time, and nothing of its secrets',
    },
  ]),
];
