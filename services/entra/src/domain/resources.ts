/**
 * The first-party resources that tokens are issued for, and the version of their tokens.
 *
 * A resource is looked up without trailing slash and without case, and by its application id. What was asked for
 * becomes the audience as it stands, slash included: Azure's services compare exactly.
 * Deviation: every tenant has all of them.
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/services-id-authentication-support
 */
export type ApiResource = {
  readonly name: string;
  /** Application id; absent where it is not published. */
  readonly applicationId?: string;
  /** `requestedAccessTokenVersion`: the resource decides the version, not the endpoint that was asked. */
  readonly tokenVersion: '1.0' | '2.0';
  /** Identifier URIs, lower case, without trailing slash. */
  readonly uris: readonly string[];
  /** Identifier URIs of a single account or store. */
  readonly accountUri?: RegExp;
};

export const TOKEN_EXCHANGE_APPLICATION_ID = 'fb60f99c-7a34-4190-8149-302f77469936';
export const GRAPH_APPLICATION_ID = '00000003-0000-0000-c000-000000000000';

const ACCOUNT = '[a-z0-9][a-z0-9-]{1,62}';

export const API_RESOURCES: readonly ApiResource[] = [
  {
    name: 'Azure Key Vault',
    applicationId: 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093',
    tokenVersion: '1.0',
    uris: ['https://vault.azure.net'],
  },
  {
    name: 'Azure Storage',
    applicationId: 'e406a681-f3d4-42a8-90b6-c2b029497af1',
    tokenVersion: '1.0',
    uris: ['https://storage.azure.com'],
    accountUri: new RegExp(`^https://${ACCOUNT}\\.(blob|queue|table|file|dfs)\\.core\\.windows\\.net$`),
  },
  { name: 'Azure Disks', tokenVersion: '1.0', uris: ['https://disk.azure.com'] },
  {
    name: 'Azure Resource Manager',
    applicationId: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
    tokenVersion: '1.0',
    uris: ['https://management.azure.com', 'https://management.core.windows.net'],
  },
  {
    name: 'Microsoft Graph',
    applicationId: GRAPH_APPLICATION_ID,
    tokenVersion: '1.0',
    uris: ['https://graph.microsoft.com'],
  },
  {
    name: 'Windows Azure Active Directory', // Graph's predecessor: retired, and still asked for by older tools
    applicationId: '00000002-0000-0000-c000-000000000000',
    tokenVersion: '1.0',
    uris: ['https://graph.windows.net'],
  },
  {
    name: 'Azure SQL Database',
    applicationId: '022907d3-0f1b-48f7-badc-1ba6abab6d66',
    tokenVersion: '1.0',
    uris: ['https://database.windows.net'],
  },
  {
    name: 'Azure Cosmos DB',
    applicationId: 'a232010e-820c-4083-83bb-3ace5fc29d0b',
    tokenVersion: '1.0',
    uris: ['https://cosmos.azure.com'],
    accountUri: new RegExp(`^https://${ACCOUNT}\\.documents\\.azure\\.com$`),
  },
  {
    name: 'Azure App Configuration',
    applicationId: '35ffadb3-7fc1-497e-b61b-381d28e744cc',
    tokenVersion: '1.0',
    uris: ['https://azconfig.io', 'https://appconfig.azure.com'],
    accountUri: new RegExp(`^https://${ACCOUNT}\\.azconfig\\.io$`),
  },
  { name: 'Azure Service Bus', tokenVersion: '1.0', uris: ['https://servicebus.azure.net'] },
  { name: 'Azure Event Hubs', tokenVersion: '1.0', uris: ['https://eventhubs.azure.net'] },
  {
    name: 'Microsoft Entra token exchange',
    applicationId: TOKEN_EXCHANGE_APPLICATION_ID,
    tokenVersion: '2.0',
    uris: ['api://azureadtokenexchange'],
  },
];

/**
 * Identifier URIs are compared without case and without the slashes at the end. These are counted from there: a pattern
 * that looks for them would take the square of the time for as many slashes that are followed by something.
 */
export function normalUri(uri: string): string {
  let end = uri.length;
  while (uri[end - 1] === '/') end -= 1;
  return uri.slice(0, end).toLowerCase();
}

export function findResource(audience: string): ApiResource | undefined {
  const name = normalUri(audience);
  return API_RESOURCES.find(
    ({ applicationId, uris, accountUri }) => name === applicationId || uris.includes(name) || accountUri?.test(name),
  );
}

/** The `aud` of a token: what was asked for, or in v2.0 tokens always the application id. */
export const audienceOf = (
  { tokenVersion, applicationId }: Pick<ApiResource, 'tokenVersion' | 'applicationId'>,
  asked: string,
): string => (tokenVersion === '2.0' && applicationId !== undefined ? applicationId : asked);
