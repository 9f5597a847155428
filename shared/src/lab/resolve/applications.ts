import { idOf } from '../ids.ts';
import type { LabFile } from '../lab-file.ts';
import type { Draft, Path } from './draft.ts';
import type { Principals } from './principals.ts';

type TenantEntry = LabFile['tenants'][number];

/** APIs of one's own: app registrations of a tenant, the roles that they offer, and who has them. */
export function addApplications(
  { draft, principals }: { draft: Draft; principals: Principals },
  { name: tenantName, applications }: TenantEntry,
  tenantId: string,
  path: Path,
): void {
  const uris = new Set<string>();
  applications.forEach((entry, index) => {
    const here = [...path, 'applications', index];
    const base = `tenants/${tenantName}/applications/${entry.name}`;
    const { clientId = idOf(`${base}#client`), identifierUris, requestedAccessTokenVersion } = entry;
    principals.claimClientId(clientId, here);
    identifierUris.forEach((uri, position) => {
      const known = uris.has(normal(uri));
      if (known) draft.mistake([...here, 'identifierUris', position], `this tenant has an application ${uri} already.`);
      uris.add(normal(uri));
    });
    const values = new Set<string>();
    const appRoles = entry.appRoles.map(({ value, displayName = value }, position) => {
      if (values.has(value)) draft.mistake([...here, 'appRoles', position], `there is a role called ${value} already.`);
      values.add(value);
      return { id: idOf(`${base}#appRoles/${value}`), value, displayName, assignedTo: [] as string[] };
    });
    entry.appRoleAssignments.forEach(({ principal: name, role: value }, position) => {
      const there = [...here, 'appRoleAssignments', position];
      draft.later(() => {
        const principal = principals.find(tenantId, name);
        const role = appRoles.find((known) => known.value === value);
        if (!principal) draft.mistake([...there, 'principal'], `this tenant has no identity called ${name}.`);
        if (!role) draft.mistake([...there, 'role'], `${entry.name} has no app role called ${value}.`);
        if (principal && role && !role.assignedTo.includes(principal.principalId)) {
          role.assignedTo.push(principal.principalId);
        }
      });
    });
    const { appRoleAssignmentRequired } = entry;
    const api = { identifierUris, requestedAccessTokenVersion, appRoles, appRoleAssignmentRequired };
    const ids = { clientId, objectId: idOf(`${base}#object`), principalId: idOf(`${base}#principal`) };
    const value = { ...ids, tenantId, displayName: entry.name, secrets: [], graphRoles: [], api };
    draft.add('application', clientId, value, here);
  });
}

/** As Entra compares them. */
const normal = (uri: string): string => uri.replace(/\/+$/, '').toLowerCase();
