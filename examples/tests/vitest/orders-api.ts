import { DefaultAzureCredential } from '@azure/identity';
import { SecretClient, type SecretClientOptions } from '@azure/keyvault-secrets';
import { managedIdentityOf, requireManagedIdentity } from '@managed-identity-lab/express';
import express, { type Express } from 'express';

export type Settings = {
  readonly tenantId: string;
  readonly vaultUrl: string;
  readonly vaultOptions?: SecretClientOptions;
  /** Whose tokens count: those of the lab in tests, of the real Entra otherwise. */
  readonly lab?: boolean;
};

/**
 * An API that managed identities call, if they have the app role `Orders.Read`, and that has a managed identity itself, to
 * read where its database is.
 */
export function ordersApi({ tenantId, vaultUrl, vaultOptions, lab = false }: Settings): Express {
  const vault = new SecretClient(vaultUrl, new DefaultAzureCredential(), vaultOptions);
  const mayRead = requireManagedIdentity({
    audience: 'api://orders-api',
    roles: ['Orders.Read'],
    tenant: tenantId,
    lab,
  });
  const api = express();
  api.get('/orders', mayRead, async (req, res) => {
    const { value = '' } = await vault.getSecret('ConnectionString');
    const [, database] = /Database=(\w+)/.exec(value) ?? [];
    res.json({ askedBy: managedIdentityOf(req).principalId, database, orders: [] });
  });
  return api;
}
