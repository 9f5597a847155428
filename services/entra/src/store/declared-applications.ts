import type { Change, ResourceOf } from '@lab/shared/feed/resources.ts';
import { idOf } from '@lab/shared/lab/ids.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import { GRAPH_APP_ROLES } from '../domain/app-roles.ts';
import type { Registrations } from '../domain/application.ts';
import { firstPartyPrincipals } from '../domain/first-party.ts';
import { GRAPH_APPLICATION_ID, normalUri } from '../domain/resources.ts';

type Declared = ResourceOf<'application'>;

/**
 * Applications that the lab declares, such as the operator, among those made through Graph: Graph shows and changes them
 * like any other. What the feed says is laid over what is there: secrets and roles of its own are replaced, those that
 * were added through Graph stay.
 */
export function declaredApplications(db: Database, registrations: Registrations) {
  const declaredOne = db.prepare<[string], { objectId: string; tenantId: string }>(
    'SELECT object_id AS objectId, tenant_id AS tenantId FROM applications WHERE client_id = ? AND declared = 1',
  );
  const declaredAll = db.prepare<[], { clientId: string }>(
    'SELECT client_id AS clientId FROM applications WHERE declared = 1',
  );
  const markDeclared = db.prepare<[string]>('UPDATE applications SET declared = 1 WHERE object_id = ?');
  const dropSecrets = db.prepare<[string]>('DELETE FROM secrets WHERE owner_id = ? AND declared = 1');
  const addSecret = db.prepare<[string, string, Buffer, string]>(
    'INSERT OR REPLACE INTO secrets VALUES (?, ?, ?, 1, ?)',
  );
  const dropAssignments = db.prepare<[string, string]>(
    'DELETE FROM app_role_assignments WHERE principal_id = ? AND resource_id = ? AND declared = 1',
  );
  const dropAssignmentsTo = db.prepare<[string]>(
    'DELETE FROM app_role_assignments WHERE resource_id = ? AND declared = 1',
  );
  const addAssignment = db.prepare<[string, string, string, string, string]>(
    'INSERT OR IGNORE INTO app_role_assignments VALUES (?, ?, ?, ?, ?, 1, 0)',
  );

  const remove = (clientId: string) => {
    const row = declaredOne.get(clientId.toLowerCase());
    const application = row && registrations.findApplication(row.tenantId, row.objectId);
    if (application) registrations.deleteApplication(application);
  };
  const put = (declared: Declared) => {
    const { clientId, objectId, principalId, tenantId, displayName, secrets } = declared;
    const createdAt = Math.min(...secrets.map(({ notBefore }) => notBefore), Number.MAX_SAFE_INTEGER);
    const known = registrations.findApplication(tenantId, objectId);
    const born = known?.createdAt ?? (createdAt === Number.MAX_SAFE_INTEGER ? 0 : createdAt);
    registrations.putApplication({
      identifierUris: [],
      appRoles: [],
      requestedAccessTokenVersion: null,
      properties: {},
      ...known,
      ...(declared.api && apiOf(declared, declared.api)),
      ...{ objectId, clientId, tenantId, displayName, createdAt: born },
    });
    markDeclared.run(objectId.toLowerCase());
    // Deleted and made again through Graph it has another object id, which no role assignment of the lab's knows.
    const other = registrations.findPrincipal(tenantId, clientId);
    if (other && other.principalId.toLowerCase() !== principalId.toLowerCase()) registrations.deletePrincipal(other);
    registrations.putPrincipal({
      accountEnabled: true,
      appRoleAssignmentRequired: false,
      properties: {},
      ...registrations.findPrincipalById(principalId),
      ...(declared.api && { appRoleAssignmentRequired: declared.api.appRoleAssignmentRequired }),
      ...{ principalId, clientId, tenantId, displayName, createdAt: born },
    });
    dropSecrets.run(objectId.toLowerCase());
    for (const { sha256, ...secret } of secrets) {
      const owner = objectId.toLowerCase();
      addSecret.run(owner, secret.keyId.toLowerCase(), Buffer.from(sha256, 'hex'), JSON.stringify(secret));
    }
    grantOnGraph(declared);
    grantOwnRoles(declared);
  };
  /** What the application may do in Microsoft Graph. */
  const grantOnGraph = ({ tenantId, principalId, graphRoles }: Declared) => {
    const graph = firstPartyPrincipals(tenantId).find((principal) => principal.clientId === GRAPH_APPLICATION_ID);
    if (!graph) return;
    dropAssignments.run(principalId.toLowerCase(), graph.principalId);
    for (const value of graphRoles) {
      const role = GRAPH_APP_ROLES.find((known) => known.value === value);
      if (!role) continue; // one that the lab's Graph does not ask for opens nothing
      const id = idOf(`appRoleAssignments/${principalId}/${value}`);
      addAssignment.run(id, tenantId.toLowerCase(), principalId.toLowerCase(), graph.principalId, role.id);
    }
  };
  /** Who may do what in the application. */
  const grantOwnRoles = ({ tenantId, principalId, api }: Declared) => {
    const resourceId = principalId.toLowerCase();
    dropAssignmentsTo.run(resourceId);
    for (const role of api?.appRoles ?? []) {
      for (const assigned of role.assignedTo) {
        const id = idOf(`appRoleAssignments/${assigned}/${resourceId}/${role.id}`);
        addAssignment.run(id, tenantId.toLowerCase(), assigned.toLowerCase(), resourceId, role.id.toLowerCase());
      }
    }
  };
  /** A URI has one holder in a tenant, and what the lab declares is there: whoever took it through Graph loses it. */
  const apiOf = ({ tenantId, objectId }: Declared, api: NonNullable<Declared['api']>) => {
    for (const uri of api.identifierUris) {
      const holder = registrations.findApplicationByUri(tenantId, uri);
      if (!holder || holder.objectId.toLowerCase() === objectId.toLowerCase()) continue;
      const identifierUris = holder.identifierUris.filter((own) => normalUri(own) !== normalUri(uri));
      registrations.putApplication({ ...holder, identifierUris });
    }
    const appRoles = api.appRoles.map(({ id, value, displayName }) => {
      return { id, value, displayName, description: displayName, isEnabled: true, allowedMemberTypes: ['Application'] };
    });
    const { identifierUris, requestedAccessTokenVersion } = api;
    return { identifierUris, requestedAccessTokenVersion, appRoles };
  };
  return {
    apply: ({ kind, id, value }: Change) => {
      if (kind !== 'application') return;
      if (value) put(value);
      else remove(id);
    },
    clear: () => {
      for (const { clientId } of declaredAll.all()) remove(clientId);
    },
  };
}
