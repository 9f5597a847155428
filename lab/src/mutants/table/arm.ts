import { type Mutant, mutantsOf } from '../mutant.ts';

const APPS = 'services/arm/src/apps.test.ts';
const MACHINES = 'services/arm/src/routes/virtual-machines.test.ts';
const GROUPS = 'services/arm/src/routes/resource-groups.test.ts';
const SUBSCRIPTIONS = 'services/arm/src/routes/subscriptions.test.ts';
const RESOURCES = 'services/arm/src/routes/resources.test.ts';
const TAGS = 'services/arm/src/routes/tags.test.ts';
const IDENTITIES = 'services/arm/src/routes/user-assigned-identities.test.ts';
const APPLY = 'services/arm/src/domain/apply-lab.test.ts';
const STORE = 'services/arm/src/store/resources.test.ts';

/** Who may do what through Resource Manager, and what becomes of identities. */
export const ARM: readonly Mutant[] = [
  ...mutantsOf('services/arm/src/routes/authenticate.ts', APPS, [
    {
      name: 'arm: authentication before all else',
      find: "if (credentials.scheme === 'none') {",
      replace: "if (credentials.scheme === 'none') return next();\n    if (false) {",
      test: 'every route > answers nobody without a token',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/resource-groups.ts', GROUPS, [
    {
      name: 'participants: whose a group is, whoever writes it',
      find: '...(known?.participant && { participant: known.participant }),',
      replace: '',
      test: 'leaves a group to whose it is, whoever writes it',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/authorize.ts', APPS, [
    {
      name: 'arm: authorization of every route',
      find: 'if (!decision.grantedBy) throw authorizationFailed(callerOf(res), action, scope);',
      replace: '',
      test: 'every route > refuses a caller without a role, before it looks at what is asked',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/authorize.ts', GROUPS, [
    {
      name: 'arm: what of a list is shown',
      find: 'const visible = items.filter((item) => isAllowed(res, action, idOf(item)));',
      replace: 'const visible = items;',
      test: 'shows those of a list that a role is for, and refuses a list of which nothing is',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/authorize.ts', SUBSCRIPTIONS, [
    {
      name: 'arm: who may know a subscription',
      find: 'if (grantedBy || deniedBy || !hasRoleInBy(assignments)(res, scope)) authorize(res, action, scope);',
      replace: 'if (grantedBy || deniedBy) authorize(res, action, scope);',
      test: 'shows name, regions and providers of a subscription to whom has a role anywhere in it',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/virtual-machines.ts', APPS, [
    {
      name: 'arm: a route that forgets to authorize',
      find: 'authorize(res, action, scope);\n    const body = bodyOf(req, Put);',
      replace: 'const body = bodyOf(req, Put);',
      test: 'every route > refuses a caller without a role, before it looks at what is asked',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/tags.ts', TAGS, [
    {
      name: 'arm: the right to write tags',
      find: 'authorize(res, WRITE, idOf(scope));\n    const { operation, properties }',
      replace: 'const { operation, properties }',
      test: 'asks for the right to write tags, whatever else one may write',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/request-subscription.ts', APPS, [
    {
      name: 'arm: tenant of a subscription',
      find: 'if (subscription.tenantId.toLowerCase() !== tid.toLowerCase()) {',
      replace: 'if (false) {',
      test: "every route > refuses another tenant's subscription, whatever the caller's roles",
    },
  ]),
  ...mutantsOf('services/arm/src/routes/request-form.ts', APPS, [
    {
      name: 'arm: slashes hidden in a path',
      find: "if (/[/\\\\\\p{Cc}]/u.test(decoded) || decoded === '.' || decoded === '..') throw malformedPath();",
      replace: '',
      test: 'refuses a hidden slash',
    },
    {
      name: 'arm: depth of a body',
      find: 'if (depthOf(text) > DEPTH)',
      replace: 'if (false)',
      test: 'refuses a body that is nested too deeply',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/paging.ts', APPS, [
    {
      name: 'arm: host of a link',
      find: '/^[a-z0-9.-]+(:\\d+)?$/i.test(host) && ',
      replace: '',
      test: 'is not led astray by a header that names another host',
    },
    {
      name: 'arm: host of a link that no URL has',
      find: ` && URL.canParse(\`https://\${host}\`)`,
      replace: '',
      test: 'pages with the host a:99999, which is none',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/subscriptions.ts', SUBSCRIPTIONS, [
    {
      name: 'arm: subscriptions of the own tenant',
      find: '.filter(({ tenantId }) => tenantId.toLowerCase() === callerOf(res).tid.toLowerCase())\n      .filter(',
      replace: '.filter(',
      test: 'shows those subscriptions of the own tenant in which the caller has a role',
    },
    {
      name: 'arm: subscriptions with a role',
      find: '.filter((subscription) => hasRoleIn(res, idOf(subscription)));',
      replace: ';',
      test: 'shows those subscriptions of the own tenant in which the caller has a role',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/resources.ts', RESOURCES, [
    {
      name: 'arm: resources that the caller may read',
      find: '.filter(({ id, type }) => isAllowed(res, ',
      replace: '.filter(({ id, type }) => true || isAllowed(res, ',
      test: 'lists what the caller may read, and nothing else',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/resource-filter.ts', RESOURCES, [
    {
      name: 'arm: a filter that is not understood',
      find: 'if (Object.hasOwn(FIELDS, field) || TAG_FIELDS.includes(field)) return field;',
      replace: 'return field;',
      test: `refuses the filter "colour eq 'red'", and does not ignore it`,
    },
  ]),
  ...mutantsOf('services/arm/src/routes/linked-identities.ts', MACHINES, [
    {
      name: 'arm: right to assign an identity',
      find: 'if (!isAllowed(res, ASSIGN, scope)) {',
      replace: 'if (false) {',
      test: 'refuses to assign an identity that the caller may not assign, and says nothing about whether it exists',
    },
    {
      name: 'arm: tenant of an identity that is assigned',
      find: 'if (subscription && subscription.tenantId.toLowerCase() !== caller.tid.toLowerCase()) {',
      replace: 'if (false) {',
      test: "refuses another tenant's identity, whatever the caller's roles",
    },
  ]),
  ...mutantsOf('services/arm/src/routes/operations.ts', MACHINES, [
    {
      name: 'arm: who may ask for an operation',
      find: 'if (known?.startedBy !== callerOf(res).oid) {',
      replace: 'if (false) {',
      test: 'makes, shows, lists and deletes a virtual machine',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/preconditions.ts', MACHINES, [
    {
      name: 'arm: If-Match',
      find: 'if (ifMatch !== undefined && !names(ifMatch, etag)) throw preconditionFailed();',
      replace: '',
      test: 'refuses a change that was made of another version',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/identity.ts', MACHINES, [
    {
      name: 'arm: service principal of an identity that is turned off',
      find: 'if (own && !system) removePrincipal(resources, own.principalId);',
      replace: '',
      test: 'turns the system-assigned identity on, with a service principal of new ids each time, and off',
    },
    {
      name: 'arm: certificates of an identity that is turned off',
      find: 'forgetCertificates(resources, principal.clientId);',
      replace: '',
      test: 'turns the system-assigned identity on, with a service principal of new ids each time, and off',
    },
    {
      name: 'arm: user-assigned identities alone',
      find: 'if (!user) return after;',
      replace: '',
      test: 'assigns user-assigned identities, merges what PATCH names, and takes away what it says is null',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/identity.ts', IDENTITIES, [
    {
      name: 'arm: service principal of a deleted identity',
      find: 'const { resourceId, principalId } = identity;\n  removePrincipal(resources, principalId);',
      replace: 'const { resourceId, principalId } = identity;',
      test: 'gives new ids to an identity that is made again, and leaves the role assignments of the old one',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/virtual-machine.ts', MACHINES, [
    {
      name: 'arm: the fifth machine',
      find: 'if (machines.length >= MOST_MACHINES || (slots.length > 0 && sourceAddress === undefined)) {',
      replace: 'if (false) {',
      test: 'gives a machine the address of the container that plays it, others a free one, and refuses the fifth',
    },
    {
      name: 'arm: passwords are not shown',
      find: "const WRITE_ONLY = ['adminPassword', 'customData', 'secrets'];",
      replace: 'const WRITE_ONLY: string[] = [];',
      test: 'makes, shows, lists and deletes a virtual machine',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/resource-group.ts', GROUPS, [
    {
      name: 'arm: roles at a deleted group',
      find: "  'roleAssignment',\n  'denyAssignment',\n];",
      replace: '];',
      test: 'takes with a deleted group what lies in it and what was assigned there',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/reconcile.ts', APPLY, [
    {
      name: 'arm: service principals without an identity',
      find: 'if (!needed.has(principalId)) removePrincipal(resources, principalId);',
      replace: '',
      test: "after Resource Manager has changed what the file declares > goes back to the file's service principal when the entry changes",
    },
    {
      name: 'arm: two machines with one address',
      find: 'placed.every((other) => other.sourceAddress !== sourceAddress);',
      replace: 'true;',
      test: 'after Resource Manager has changed what the file declares > moves a machine out of the place that the file gives to another',
    },
  ]),
  ...mutantsOf('services/arm/src/store/policy.ts', STORE, [
    {
      name: 'arm: a role assignment removed under another spelling',
      find: 'apply({ kind, id: spelling, value: null } as Change);',
      replace: 'apply({ kind, id, value: null } as Change);',
      test: 'the policy that Resource Manager decides by > changes in the transaction that changes a role assignment',
    },
  ]),
  ...mutantsOf('services/arm/src/store/resources.ts', STORE, [
    {
      name: 'arm: one spelling of an id for followers',
      find: 'spelled.get(kind, id.toLowerCase())?.id ?? id;',
      replace: 'id;',
      test: 'what lies in a place > is told to followers under one spelling of its id, also when it was removed in between',
    },
  ]),
];
