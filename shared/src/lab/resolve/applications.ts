import { idOf } from '../ids.ts';
import type { LabFile } from '../lab-file.ts';
import type { Draft, Path } from './draft.ts';
import type { Existing } from './existing.ts';
import type { Principals } from './principals.ts';

type TenantEntry = LabFile['tenants'][number];

/** APIs of one's own: app registrations of a tenant, the roles that they offer, and who has them. */
export function addApplications(
  { draft, principals, existing }: { draft: Draft; principals: Principals; existing: Existing },
  { name: tenantName, applications }: TenantEntry,
  tenantId: string,
  path: Path,
): void {
  const declared = existing.all('application').filter((one) => one.tenantId === tenantId);
  /** Client ids by what they are called. */
  const uris = new Map(
    declared.flatMap(({ clientId, api }) => (api?.identifierUris ?? []).map((uri) => [normal(uri), clientId])),
  );
  applications.forEach((entry, index) => {
    const here = [...path, 'applications', index];
    const base = `tenants/${tenantName}/applications/${entry.name}`;
    const there = declared.find(({ displayName, api }) => api && displayName === entry.name);
    const ids = {
      clientId: there?.clientId ?? entry.clientId ?? idOf(`${base}#client`),
      objectId: there?.objectId ?? idOf(`${base}#object`),
      principalId: there?.principalId ?? idOf(`${base}#principal`),
    };
    const { clientId } = ids;
    const { identifierUris, requestedAccessTokenVersion } = entry;
    principals.claimClientId(clientId, here, there?.principalId);
    if (entry.clientId !== undefined && entry.clientId !== clientId) {
      draft.mistake([...here, 'clientId'], `${entry.name} has the client id ${clientId}, and keeps it.`);
    }
    identifierUris.forEach((uri, position) => {
      const isTaken = uris.has(normal(uri)) && uris.get(normal(uri)) !== there?.clientId;
      if (isTaken || identifierUris.findIndex((other) => normal(other) === normal(uri)) < position)
        draft.mistake([...here, 'identifierUris', position], `this tenant has an application ${uri} already.`);
      uris.set(normal(uri), clientId);
    });
    const values = new Set<string>();
    const appRoles = (there?.api?.appRoles ?? []).map((role) => ({ ...role, assignedTo: [...role.assignedTo] }));
    entry.appRoles.forEach(({ value, displayName = value }, position) => {
      if (values.has(value)) draft.mistake([...here, 'appRoles', position], `there is a role called ${value} already.`);
      values.add(value);
      const known = appRoles.find((role) => role.value === value);
      if (known) known.displayName = displayName;
      else appRoles.push({ id: idOf(`${base}#appRoles/${value}`), value, displayName, assignedTo: [] });
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
    const allUris = [...new Set([...(there?.api?.identifierUris ?? []), ...identifierUris])];
    const api = { identifierUris: allUris, requestedAccessTokenVersion, appRoles, appRoleAssignmentRequired };
    const value = { ...ids, tenantId, displayName: entry.name, secrets: [], graphRoles: [], api };
    draft.add('application', clientId, value, here);
  });
}

/** As Entra compares them. */
const normal = (uri: string): string => uri.replace(/\/+$/, '').toLowerCase();
