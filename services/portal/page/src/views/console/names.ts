import type { Resource } from '@managed-identity-lab/client';
import type { Names } from './templates.ts';

/** The names of what is there, of the first of each kind; those of the default lab where there is none. */
export function namesIn(resources: readonly Resource[]): Names {
  const first = (kind: string) => resources.find((one) => one.kind === kind);
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
  const vault = first('vault');
  const inVault = resources.find(({ kind, vaultId }) => kind === 'secret' && vaultId === vault?.id);
  const account = first('storageAccount');
  const inAccount = resources.find(({ kind, accountId }) => kind === 'container' && accountId === account?.id);
  const credential = first('federatedCredential');
  const identity = resources.find(
    ({ id }) => credential?.id.startsWith(`${id}/`) === true && id.includes('/userAssignedIdentities/'),
  );
  return {
    vault: text(vault?.name, 'kv-lab'),
    secret: text(inVault?.name, 'ConnectionString'),
    account: text(account?.name, 'stlab'),
    container: text(inAccount?.name, 'samples'),
    tenantId: text(first('tenant')?.tenantId, 'common'),
    podClientId: text(identity?.clientId, '00000000-0000-0000-0000-000000000000'),
  };
}
