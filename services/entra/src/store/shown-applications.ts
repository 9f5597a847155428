import type { ShownResource } from '@lab/shared/fabric/resource-routes.ts';
import type { Database } from '@lab/shared/sqlite.ts';
import type { Application, ApplicationPrincipal } from '../domain/application.ts';

type Row = { application: string; principal: string | null };

/** Every application with its service principal, whether the lab declares it or Graph made it; no credential of any. */
export function shownApplications(db: Database): () => ShownResource[] {
  const all = db.prepare<[], Row>(`
    SELECT applications.body AS application, application_principals.body AS principal
      FROM applications LEFT JOIN application_principals USING (client_id) ORDER BY applications.client_id`);
  return () =>
    all.all().map(({ application, principal }) => {
      const { clientId, objectId, tenantId, displayName, identifierUris, appRoles } = JSON.parse(
        application,
      ) as Application;
      const own: ApplicationPrincipal | null = principal === null ? null : JSON.parse(principal);
      return {
        ...{ kind: 'application', id: clientId, clientId, objectId, tenantId, displayName, identifierUris },
        appRoles: appRoles.map(({ value }) => value),
        ...(own && { principalId: own.principalId }),
      };
    });
}
