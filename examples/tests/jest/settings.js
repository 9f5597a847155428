import { DefaultAzureCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';

/** The connection string, from Key Vault, by the identity of the machine that this runs on. */
export async function readConnectionString(vaultUrl, options) {
  const client = new SecretClient(vaultUrl, new DefaultAzureCredential(), options);
  const { value } = await client.getSecret('ConnectionString');
  return value;
}
