import { readCurl } from './curl/read-curl.ts';
import { type Draft, EMPTY } from './draft.ts';

/** What the templates name: the lab's own, or one with the names of the default lab. */
export type Names = {
  readonly vault: string;
  readonly secret: string;
  readonly account: string;
  readonly container: string;
  readonly tenantId: string;
  readonly podClientId: string;
};

export type TemplateGroup = 'imds' | 'appservice' | 'keyvault' | 'blob' | 'arm' | 'graph' | 'entra' | 'api';

export type Template = {
  /** Of its text: `template.imds-token`. */
  readonly id: string;
  readonly group: TemplateGroup;
  /** What comes back is an error that is worth seeing. */
  readonly isWrong: boolean;
  readonly draft: Draft;
};

/** As in the documentation of each service: lines with curl. */
export function templates({ vault, secret, account, container, tenantId, podClientId }: Names): readonly Template[] {
  const imds = 'http://169.254.169.254/metadata';
  const token = (resource: string) => `'${imds}/identity/oauth2/token?api-version=2018-02-01&resource=${resource}'`;
  const site = `"$IDENTITY_ENDPOINT?api-version=2019-08-01&resource=https://vault.azure.net"`;
  const secretUrl = `'https://${vault}.vault.azure.net/secrets/${secret}?api-version=7.4'`;
  const blobs = `https://${account}.blob.core.windows.net/${container}`;
  const bearer = `-H "Authorization: Bearer $TOKEN"`;
  const storage = `${bearer} -H 'x-ms-version: 2023-11-03'`;
  const exchange = [
    '--data-urlencode grant_type=client_credentials',
    `--data-urlencode client_id=${podClientId}`,
    '--data-urlencode scope=https://vault.azure.net/.default',
    '--data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    '--data-urlencode "client_assertion=$AZURE_FEDERATED_TOKEN"',
  ].join(' ');
  const lines: readonly (readonly [id: string, group: TemplateGroup, line: string, wrong?: 'wrong'])[] = [
    ['imds-token', 'imds', `curl -H Metadata:true ${token('https://vault.azure.net')}`],
    ['imds-token-storage', 'imds', `curl -H Metadata:true ${token('https://storage.azure.com/')}`],
    ['imds-token-arm', 'imds', `curl -H Metadata:true ${token('https://management.azure.com/')}`],
    ['imds-token-api', 'imds', `curl -H Metadata:true ${token('api://orders-api')}`],
    ['imds-instance', 'imds', `curl -H Metadata:true '${imds}/instance?api-version=2021-02-01'`],
    ['imds-no-header', 'imds', `curl ${token('https://vault.azure.net')}`, 'wrong'],
    [
      'imds-forwarded',
      'imds',
      `curl -H Metadata:true -H 'X-Forwarded-For: 10.0.0.4' ${token('https://vault.azure.net')}`,
      'wrong',
    ],
    [
      'imds-no-resource',
      'imds',
      `curl -H Metadata:true '${imds}/identity/oauth2/token?api-version=2018-02-01'`,
      'wrong',
    ],
    ['imds-unknown-resource', 'imds', `curl -H Metadata:true ${token('https://nobody.example')}`, 'wrong'],
    ['appservice-token', 'appservice', `curl -H "X-IDENTITY-HEADER: $IDENTITY_HEADER" ${site}`],
    ['appservice-no-header', 'appservice', `curl ${site}`, 'wrong'],
    ['keyvault-secret', 'keyvault', `curl ${bearer} ${secretUrl}`],
    ['keyvault-list', 'keyvault', `curl ${bearer} 'https://${vault}.vault.azure.net/secrets?api-version=7.4'`],
    ['keyvault-challenge', 'keyvault', `curl ${secretUrl}`, 'wrong'],
    ['blob-list', 'blob', `curl ${storage} '${blobs}?restype=container&comp=list'`],
    [
      'blob-write',
      'blob',
      `curl -X PUT ${storage} -H 'x-ms-blob-type: BlockBlob' -H 'Content-Type: text/plain' --data-raw hello '${blobs}/hello-from-the-console.txt'`,
    ],
    ['blob-anonymous', 'blob', `curl -H 'x-ms-version: 2023-11-03' '${blobs}?restype=container&comp=list'`, 'wrong'],
    ['arm-subscriptions', 'arm', `curl ${bearer} 'https://management.azure.com/subscriptions?api-version=2022-12-01'`],
    ['graph-principals', 'graph', `curl ${bearer} https://graph.microsoft.com/v1.0/servicePrincipals`],
    [
      'entra-configuration',
      'entra',
      `curl https://login.microsoftonline.com/${tenantId}/v2.0/.well-known/openid-configuration`,
    ],
    ['entra-keys', 'entra', 'curl https://login.microsoftonline.com/common/discovery/v2.0/keys'],
    ['entra-exchange', 'entra', `curl https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token ${exchange}`],
    ['api-orders', 'api', `curl ${bearer} https://orders-api.azurewebsites.net/orders`],
  ];
  return lines.map(([id, group, line, wrong]) => {
    const draft = readCurl(line);
    return { id, group, isWrong: wrong === 'wrong', draft: 'key' in draft ? EMPTY : draft };
  });
}
