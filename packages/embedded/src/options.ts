import type { SdkOption } from './types.ts';

/** Clients of Resource Manager would make one of their endpoint. */
const ARM_SCOPE = 'https://management.azure.com/.default';

/**
 * Client options for the embedded lab, per SDK.
 *
 * Three differences to Azure remain that no variable can hide. A vault's name does not end in `.vault.azure.net`, so the Key
 * Vault clients, which compare their URL with the challenge's `resource`, have to be told not to. And the authority is no
 * host that Microsoft knows, so credentials that sign in to it by themselves (workload identity, client secrets) have to
 * be told not to ask login.microsoftonline.com about it; managed identities never do. And clients of Resource Manager make a
 * scope of their endpoint, for which Entra knows no resource, so they have to be told the one of Azure.
 * @see https://devblogs.microsoft.com/azure-sdk/guidance-for-applications-using-the-key-vault-libraries/
 */
export function embeddedOptions({
  vaultUrl = '',
  accountUrl = '',
  armUrl = '',
}: {
  vaultUrl?: string | undefined;
  accountUrl?: string | undefined;
  armUrl?: string | undefined;
}): SdkOption[] {
  return [
    {
      sdk: 'JavaScript',
      text: `credential = new DefaultAzureCredential({ disableInstanceDiscovery: true })
new SecretClient('${vaultUrl}', credential, { disableChallengeResourceVerification: true })
new BlobServiceClient('${accountUrl}', credential)
new ComputeManagementClient(credential, subscriptionId, { endpoint: '${armUrl}', credentialScopes: '${ARM_SCOPE}' })`,
    },
    {
      sdk: 'Python',
      text: `credential = DefaultAzureCredential(disable_instance_discovery=True)
SecretClient('${vaultUrl}', credential, verify_challenge_resource=False)
BlobServiceClient('${accountUrl}', credential)
ComputeManagementClient(credential, subscription_id, base_url='${armUrl}', credential_scopes=['${ARM_SCOPE}'])`,
    },
    {
      sdk: 'C#',
      text: `credential = new DefaultAzureCredential(new DefaultAzureCredentialOptions { DisableInstanceDiscovery = true })
new SecretClient(new Uri("${vaultUrl}"), credential, new SecretClientOptions { DisableChallengeResourceVerification = true })
new BlobServiceClient(new Uri("${accountUrl}"), credential)`,
      but: 'With AZURE_POD_IDENTITY_AUTHORITY_HOST its DefaultAzureCredential finds no managed identity, because its probe knows 169.254.169.254 only; ManagedIdentityCredential does. With IDENTITY_ENDPOINT both do. On Windows and macOS the authority has to be trusted by the system: SSL_CERT_FILE is read on Linux.',
    },
    {
      sdk: 'Go',
      text: `credential, _ := azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{DisableInstanceDiscovery: true})
azsecrets.NewClient("${vaultUrl}", credential, &azsecrets.ClientOptions{DisableChallengeResourceVerification: true})
azblob.NewClient("${accountUrl}", credential, nil)`,
      but: 'It ignores AZURE_POD_IDENTITY_AUTHORITY_HOST and would ask the real 169.254.169.254: use IDENTITY_ENDPOINT. On Windows and macOS the authority has to be trusted by the system: SSL_CERT_FILE is read on Linux.',
    },
    {
      sdk: 'Java',
      text: `credential = new DefaultAzureCredentialBuilder().disableInstanceDiscovery().build()
new SecretClientBuilder().vaultUrl("${vaultUrl}").credential(credential).disableChallengeResourceVerification()
new BlobServiceClientBuilder().endpoint("${accountUrl}").credential(credential)
java -Djavax.net.ssl.trustStore=… with a trust store that has the certificates of SSL_CERT_FILE`,
      but: 'It reads no variable for its trust store.',
    },
    {
      sdk: 'Azure CLI',
      text: '',
      but: 'It asks for Resource Manager and vaults by the names of its cloud, which do not lead here: npm run lab -- az in containers. It ignores AZURE_POD_IDENTITY_AUTHORITY_HOST.',
    },
    {
      sdk: 'rclone',
      text: `rclone --azureblob-env-auth --azureblob-endpoint ${accountUrl} ls :azureblob:`,
      but: 'It ignores AZURE_POD_IDENTITY_AUTHORITY_HOST: use IDENTITY_ENDPOINT.',
    },
    {
      sdk: 'AzCopy',
      text: '',
      but: 'It gives its token to hosts below .blob.core.windows.net only, which do not lead here, and ignores AZURE_POD_IDENTITY_AUTHORITY_HOST.',
    },
  ];
}
