import type { SdkOption } from './types.ts';

/**
 * Client options for the embedded lab, per SDK.
 *
 * One difference to Azure remains that no variable can hide: a vault's name does not end in `.vault.azure.net`, so the
 * Key Vault clients, which compare their URL with the challenge's `resource`, have to be told not to.
 * @see https://devblogs.microsoft.com/azure-sdk/guidance-for-applications-using-the-key-vault-libraries/
 */
export function embeddedOptions({
  vaultUrl = '',
  accountUrl = '',
}: {
  vaultUrl?: string | undefined;
  accountUrl?: string | undefined;
}): SdkOption[] {
  return [
    {
      sdk: 'JavaScript',
      text: `new SecretClient('${vaultUrl}', credential, { disableChallengeResourceVerification: true })\nnew BlobServiceClient('${accountUrl}', credential)`,
    },
    {
      sdk: 'Python',
      text: `SecretClient('${vaultUrl}', credential, verify_challenge_resource=False)\nBlobServiceClient('${accountUrl}', credential)`,
    },
    {
      sdk: 'C#',
      text: `new SecretClient(new Uri("${vaultUrl}"), credential, new SecretClientOptions { DisableChallengeResourceVerification = true })\nnew BlobServiceClient(new Uri("${accountUrl}"), credential)`,
    },
    {
      sdk: 'Go',
      text: `azsecrets.NewClient("${vaultUrl}", credential, &azsecrets.ClientOptions{DisableChallengeResourceVerification: true})\nazblob.NewClient("${accountUrl}", credential, nil)`,
    },
    {
      sdk: 'Java',
      text: `new SecretClientBuilder().vaultUrl("${vaultUrl}").credential(credential).disableChallengeResourceVerification()\nnew BlobServiceClientBuilder().endpoint("${accountUrl}").credential(credential)\nand a trust store with the CA bundle: java -Djavax.net.ssl.trustStore=…`,
    },
  ];
}
