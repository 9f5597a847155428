import { type Mutant, mutantsOf } from '../mutant.ts';

const ACCESS = 'services/entra/src/graph/authenticate.test.ts';
const APPLICATIONS = 'services/entra/src/graph/routes/applications.test.ts';
const SERVICE_PRINCIPALS = 'services/entra/src/graph/routes/service-principals.test.ts';
const BODIES = 'services/entra/src/graph/graph.test.ts';

/** Microsoft Graph: who may ask for what, whose directory is meant, and bodies and filters made to hurt. */
export const GRAPH: readonly Mutant[] = [
  ...mutantsOf('services/entra/src/graph/authenticate.ts', ACCESS, [
    {
      name: 'graph: roles of the token',
      find: "if (!MAY[may].some((role) => roles.includes(role))) throw noted(res, 'app role', requestDenied());",
      replace: 'void [MAY[may], roles];',
      test: 'who may > not with no role',
    },
    {
      name: 'graph: one of the roles asked for',
      find: 'roles.includes(role)',
      replace: 'roles.length > 0 || roles.includes(role)',
      test: 'who may > not with a role for something else',
    },
    {
      name: 'graph: audience of the token',
      find: 'audiences: AUDIENCES,',
      replace: "audiences: [...AUDIENCES, 'https://vault.azure.net'],",
      test: 'who may > not with a token for Key Vault',
    },
    {
      name: 'graph: reading is not writing',
      find: "writeApplications: ['Application.ReadWrite.All'],",
      replace: "writeApplications: ['Application.ReadWrite.All', 'Application.Read.All'],",
      test: 'who may > with Application.Read.All: list, create, grant',
    },
    {
      name: 'graph: writing is not granting',
      find: "writeAssignments: ['AppRoleAssignment.ReadWrite.All'],",
      replace: "writeAssignments: ['AppRoleAssignment.ReadWrite.All', 'Application.ReadWrite.All'],",
      test: 'who may > with Application.ReadWrite.All: list, create, grant',
    },
  ]),
  ...mutantsOf('services/entra/src/graph/principals.ts', ACCESS, [
    {
      name: 'graph: tenant of a service principal',
      find: 'if (application && sameText(application.tenantId, tenant.tenantId))',
      replace: 'if (application)',
      test: 'who may > sees nothing of another tenant, by no way of asking',
    },
    {
      name: 'graph: tenant of a managed identity',
      find: 'if (identity && sameText(identity.tenantId, tenant.tenantId))',
      replace: 'if (identity)',
      test: 'who may > sees nothing of another tenant, by no way of asking',
    },
  ]),
  ...mutantsOf('services/entra/src/graph/principals.ts', SERVICE_PRINCIPALS, [
    {
      name: 'graph: identities are not for Graph to change',
      find: "if (principal.kind !== 'application') throw requestDenied();\n  return principal.value;",
      replace: 'return principal.value as ApplicationPrincipal;',
      test: 'service principals > refuse any change of a managed identity',
    },
  ]),
  ...mutantsOf('services/entra/src/store/registrations.ts', ACCESS, [
    {
      name: 'graph: tenant of an application by its id',
      find: 'FROM applications WHERE tenant_id = ? AND object_id = ?',
      replace: 'FROM applications WHERE ? IS NOT NULL AND object_id = ?',
      test: 'who may > sees nothing of another tenant, by no way of asking',
    },
    {
      name: 'graph: applications of the tenant',
      find: 'FROM applications WHERE tenant_id = ? ORDER BY object_id',
      replace: 'FROM applications WHERE ? IS NOT NULL ORDER BY object_id',
      test: 'who may > sees nothing of another tenant, by no way of asking',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/application.ts', APPLICATIONS, [
    {
      name: "graph: names of Azure's services",
      find: 'return isOwn && ',
      replace: 'return (isOwn || true) && ',
      test: 'applications > cannot take the name of a service of Azure',
    },
    {
      name: 'graph: host names end alike',
      find: 'hostname.endsWith(`.',
      replace: 'hostname.endsWith(`',
      test: 'applications > cannot take a host that only ends alike',
    },
  ]),
  ...mutantsOf('services/entra/src/graph/routes/applications.ts', APPLICATIONS, [
    {
      name: 'graph: identifier URIs are taken once',
      find: "if (owner && owner.objectId !== application.objectId) throw nameTaken('identifierUris');",
      replace: '',
      test: 'applications > cannot take the name of another application',
    },
  ]),
  ...mutantsOf('services/entra/src/graph/bodies.ts', BODIES, [
    {
      name: 'graph: depth of a body',
      find: 'if (isDeeperThan(MOST_DEPTH, body)) throw',
      replace: 'if (false) throw',
      test: 'bad input > is refused where it is nested too deeply: lists in lists',
    },
    {
      name: 'graph: options before anything is written',
      find: '  parseQuery(req);\n',
      replace: '',
      test: 'bad input > is refused before anything is written, and what cannot be selected is left out afterwards',
    },
  ]),
  ...mutantsOf('services/entra/src/graph/odata/filter.ts', 'services/entra/src/graph/odata/filter.test.ts', [
    {
      name: 'graph: no lambda within another',
      find: 'if (this.#variables.length > 0) throw invalid();',
      replace: '',
      test: "refuses tags/any(a:tags/any(b:b eq 'x'))",
    },
  ]),
];
