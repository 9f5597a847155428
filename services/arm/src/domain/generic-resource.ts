import type { Kind } from '@lab/shared/feed/resources.ts';
import { IDENTITY_TYPE, toIdentityWire } from './identity.ts';
import type { Resources } from './resources.ts';
import { VM_TYPE } from './virtual-machine.ts';

/** Any resource as `/resources` lists it, whatever its type. Children and extensions are not listed there. */
export type GenericResource = {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly kind?: unknown;
  readonly sku?: unknown;
  readonly identity?: ReturnType<typeof toIdentityWire>;
  /** Epoch seconds, where it is known. */
  readonly createdAt?: number | undefined;
};

type Listed = 'virtualMachine' | 'userAssignedIdentity' | 'site' | 'vault' | 'storageAccount';
const LISTED: Readonly<Record<Extract<Kind, Listed>, string>> = {
  virtualMachine: VM_TYPE,
  userAssignedIdentity: IDENTITY_TYPE,
  site: 'Microsoft.Web/sites',
  vault: 'Microsoft.KeyVault/vaults',
  storageAccount: 'Microsoft.Storage/storageAccounts',
};

/** All that lies in a place. Deleted vaults do not. */
export function resourcesIn(resources: Resources, place: string): GenericResource[] {
  return (Object.entries(LISTED) as [Listed, string][]).flatMap(([kind, type]) =>
    resources.within(kind, place).flatMap(({ id, value }) => {
      if ('deletedAt' in value && value.deletedAt !== undefined) return [];
      const properties = 'properties' in value ? value.properties : undefined;
      const identity = 'identities' in value ? toIdentityWire(value.identities, value.tenantId) : undefined;
      return [
        {
          ...{ id, name: value.name, type, location: value.location, tags: value.tags ?? {} },
          ...(kind === 'site' && { kind: 'functionapp,linux' }),
          ...(kind === 'storageAccount' && {
            kind: properties?.kind ?? 'StorageV2',
            sku: properties?.sku ?? { name: 'Standard_LRS', tier: 'Standard' },
          }),
          ...(identity && { identity }),
          createdAt: 'createdAt' in value ? value.createdAt : undefined,
        },
      ];
    }),
  );
}
