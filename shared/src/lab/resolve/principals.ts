import type { ResourceOf } from '../../feed/resources.ts';
import { sameText } from '../../same-text.ts';
import { AZURE_APPLICATION_IDS } from '../azure-applications.ts';
import { idOf, operatorOf, operatorPath } from '../ids.ts';
import { type ClientSecret, sha256Hex } from '../secrets.ts';
import type { Draft, Path } from './draft.ts';
import type { Existing } from './existing.ts';

/** Who can be given a role. `identity` is there for managed identities. */
export type Principal = { readonly principalId: string; readonly identity?: AssignedIdentity };
type AssignedIdentity = ResourceOf<'virtualMachine'>['identities'][number];

/** What the operator may do in Microsoft Graph. */
const GRAPH_ROLES = ['Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'Directory.Read.All'];

export const OPERATOR = 'operator';

/** The principals of the lab by the names that the file calls them. */
export type Principals = {
  addManagedIdentity(
    entry: {
      readonly tenantId: string;
      readonly name: string;
      readonly resourceId: string;
      readonly identityType: AssignedIdentity['identityType'];
      readonly clientId?: string | undefined;
    },
    path: Path,
  ): AssignedIdentity;
  /** The person at the keyboard, as a service principal of the tenant. */
  addOperator(
    tenant: { readonly tenantId: string; readonly name: string },
    secret: ClientSecret,
    path: Path,
  ): Principal;
  /** Somebody who shares the lab, as an application without a secret: the portal acts for them. */
  addParticipant(
    entry: { readonly tenantId: string; readonly groupId: string; readonly name: string },
    path: Path,
  ): { readonly principalId: string; readonly clientId: string };
  /** Nobody else in the lab may have this client id. @param principalId Who may, as it is there already. */
  claimClientId(clientId: string, path: Path, principalId?: string): void;
  find(tenantId: string, name: string): Principal | undefined;
  /** The identities that a virtual machine or a function app has. Names that nobody knows are mistakes. */
  identitiesOf(
    entry: {
      readonly tenantId: string;
      readonly own: AssignedIdentity | undefined;
      readonly userAssignedIdentities: readonly string[];
    },
    path: Path,
  ): AssignedIdentity[];
};

export function principalsOf(draft: Draft, existing: Existing): Principals {
  const known = new Map<string, Principal>();
  const clientIds = new Set<string>();
  const find = (tenantId: string, name: string) =>
    known.get(`${tenantId}/${name.toLowerCase()}`) ?? existingPrincipal(existing, tenantId, name);
  const remember = (tenantId: string, name: string, principal: Principal, path: Path) => {
    const other = find(tenantId, name);
    if (other && (known.has(`${tenantId}/${name.toLowerCase()}`) || other.principalId !== principal.principalId)) {
      draft.mistake(
        path,
        `another identity of this tenant is called ${name}; role assignments could not tell them apart.`,
      );
    }
    known.set(`${tenantId}/${name.toLowerCase()}`, principal);
  };
  const claimClientId = (clientId: string, path: Path, principalId?: string) => {
    const holders = [...existing.all('servicePrincipal'), ...existing.all('application')];
    const isTaken = holders.some((one) => one.clientId === clientId && one.principalId !== principalId);
    if (clientIds.has(clientId) || isTaken) draft.mistake(path, `another identity has the client id ${clientId}.`);
    if (AZURE_APPLICATION_IDS.includes(clientId))
      draft.mistake(path, `a service of Azure has the client id ${clientId}.`);
    clientIds.add(clientId);
  };
  return {
    find,
    claimClientId,
    addManagedIdentity: ({ tenantId, name, resourceId, identityType, clientId: wanted }, path) => {
      const there = existing.all('servicePrincipal').find((one) => sameText(one.resourceId, resourceId));
      const principalId = there?.principalId ?? idOf(`${resourceId}#principal`);
      const clientId = there?.clientId ?? wanted ?? idOf(`${resourceId}#client`);
      const identity = { identityType, principalId, clientId, resourceId };
      if (wanted !== undefined && wanted !== clientId) {
        draft.mistake([...path, 'clientId'], `${name} has the client id ${clientId}, and keeps it.`);
      }
      claimClientId(clientId, path, there?.principalId);
      remember(tenantId, name, { principalId, identity }, path);
      const servicePrincipal = { principalId, clientId, tenantId, displayName: name, identityType, resourceId };
      draft.add('servicePrincipal', principalId, servicePrincipal, path);
      return identity;
    },
    addOperator: ({ tenantId, name }, { value, issuedAt, expiresOn }, path) => {
      const base = operatorPath(name);
      const { clientId, principalId } = operatorOf(name);
      const secret = {
        keyId: idOf(`${base}#secret#${issuedAt}`),
        displayName: 'made at the first start of the lab',
        sha256: sha256Hex(value),
        hint: value.slice(0, 3),
        notBefore: issuedAt,
        notAfter: expiresOn,
      };
      const application = {
        clientId,
        objectId: idOf(`${base}#object`),
        principalId,
        tenantId,
        displayName: OPERATOR,
        secrets: [secret],
        graphRoles: GRAPH_ROLES,
      };
      draft.add('application', clientId, application, path);
      remember(tenantId, OPERATOR, { principalId }, path);
      return { principalId };
    },
    addParticipant: ({ tenantId, groupId, name }, path) => {
      const base = `${groupId}#participant`;
      const [clientId, principalId] = [idOf(`${base}#client`), idOf(`${base}#principal`)];
      const ids = { clientId, objectId: idOf(`${base}#object`), principalId, tenantId };
      draft.add('application', clientId, { ...ids, displayName: name, secrets: [], graphRoles: [] }, path);
      remember(tenantId, name, { principalId }, path);
      return { principalId, clientId };
    },
    identitiesOf: ({ tenantId, own, userAssignedIdentities }, path) => {
      const assigned = userAssignedIdentities.flatMap((name, index) => {
        const identity = find(tenantId, name)?.identity;
        if (identity?.identityType === 'UserAssigned') return [identity];
        draft.mistake(
          [...path, 'userAssignedIdentities', index],
          `this tenant has no user-assigned identity called ${name}.`,
        );
        return [];
      });
      return own ? [own, ...assigned] : assigned;
    },
  };
}

/** One that is there and that the file does not name: an identity that stands alone, a machine's own, the operator. */
function existingPrincipal(existing: Existing, tenantId: string, name: string): Principal | undefined {
  const isIt = (one: { tenantId: string; displayName: string }) =>
    one.tenantId === tenantId && sameText(one.displayName, name);
  const managed = existing.all('servicePrincipal').filter(isIt);
  const [found] = managed;
  if (found) {
    const { identityType, principalId, clientId, resourceId } = found;
    return { principalId, identity: { identityType, principalId, clientId, resourceId } };
  }
  const application = existing.all('application').find((one) => one.api === undefined && isIt(one));
  return application && { principalId: application.principalId };
}
