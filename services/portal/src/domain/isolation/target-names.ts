import type { TargetNames } from '@lab/shared/lab/isolation-targets.ts';
import type { LabState } from '../lab-state.ts';
import { ownsResource, type Place } from '../place.ts';

/**
 * What the lab has that can be asked for: a vault and a secret of the tenant of its first virtual machine, a storage account,
 * and a vault of another tenant. What it has not is absent, and with it the targets that need it.
 * @param place Of a participant, who asks for what lies in it and for nothing else.
 */
export async function targetNames(state: Pick<LabState, 'resources'>, place?: Place): Promise<TargetNames> {
  const [machines, vaults, accounts, secrets] = await Promise.all(
    ['virtualMachine', 'vault', 'storageAccount', 'secret'].map(async (kind) =>
      (await state.resources(kind)).filter((resource) => !place || ownsResource(place, resource)),
    ),
  );
  const tenant = place?.tenantId ?? textIn((machines ?? [])[0] ?? (vaults ?? [])[0], 'tenantId');
  const there = (vaults ?? []).filter((vault) => vault.deletedAt === undefined);
  const secretOf = (vault: object | undefined) =>
    (secrets ?? []).find((secret) => sameId(textIn(secret, 'vaultId'), textIn(vault, 'id')));
  // One with a secret: an empty vault has nothing that could be asked for.
  const vaultOf = (isOwn: boolean) =>
    there.find((vault) => (textIn(vault, 'tenantId') === tenant) === isOwn && secretOf(vault) !== undefined);
  const [own, other] = [vaultOf(true), vaultOf(false)];
  const account = (accounts ?? []).find((one) => textIn(one, 'tenantId') === tenant);
  return present({
    tenant,
    ...placeOf(textIn(own, 'id')),
    vault: textIn(own, 'name'),
    secret: textIn(secretOf(own), 'name'),
    otherVault: textIn(other, 'name'),
    otherSecret: textIn(secretOf(other), 'name'),
    account: textIn(account, 'name'),
  });
}

/** Where a resource lies. */
function placeOf(id = '') {
  const [, subscription, resourceGroup] = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\//i.exec(id) ?? [];
  return { subscription, resourceGroup };
}

function textIn(resource: object | undefined, member: string): string | undefined {
  const value = (resource as Record<string, unknown> | undefined)?.[member];
  return typeof value === 'string' ? value : undefined;
}

const sameId = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one.toLowerCase() === other?.toLowerCase();

const present = (names: Record<string, string | undefined>): TargetNames =>
  Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
