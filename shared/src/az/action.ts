/**
 * What a person does in Azure with the page of the lab: identities, role assignments, machines. As a request to Resource
 * Manager (`azure-request.ts`) and as the command of the Azure CLI that does the same (`az-command.ts`).
 * Imports nothing, for the page as well as for tests.
 */

/** A virtual machine or a function app, with the identities that it has now. */
export type Host = {
  readonly resourceId: string;
  readonly hasSystemIdentity: boolean;
  /** Resource ids. */
  readonly userIdentities: readonly string[];
};

/** `subscription` is the name or the id of the one that it happens in, as a person knows it. */
export type AzAction = { readonly subscription: string } & (
  | { readonly kind: 'assignSystemIdentity' | 'removeSystemIdentity'; readonly host: Host }
  | { readonly kind: 'assignUserIdentity' | 'removeUserIdentity'; readonly host: Host; readonly identityId: string }
  | { readonly kind: 'createIdentity'; readonly groupId: string; readonly name: string; readonly location: string }
  | { readonly kind: 'deleteIdentity'; readonly identityId: string }
  | {
      readonly kind: 'createRoleAssignment';
      /** Its GUID, which the client makes up. */
      readonly name: string;
      readonly principalId: string;
      readonly roleDefinitionId: string;
      readonly roleName: string;
      readonly scope: string;
      /** ABAC, version 2.0. */
      readonly condition?: string | undefined;
    }
  | { readonly kind: 'deleteRoleAssignment'; readonly id: string }
  | { readonly kind: 'deleteVirtualMachine'; readonly resourceId: string }
);
export type AzActionKind = AzAction['kind'];

/** Group, type and name of a resource, as `az` takes them. */
export function placeOf(resourceId: string): { readonly group: string; readonly type: string; readonly name: string } {
  const [, group = '', type = '', name = ''] =
    /\/resourceGroups\/([^/]+)\/providers\/([^/]+\/[^/]+)\/([^/]+)$/i.exec(resourceId) ?? [];
  return { group, type: type.toLowerCase(), name };
}

export const isFunctionApp = ({ resourceId }: Host): boolean => placeOf(resourceId).type === 'microsoft.web/sites';
