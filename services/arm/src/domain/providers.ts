import { LOCATIONS } from './locations.ts';

/**
 * Resource providers with the types that this lab serves. Clients look an api-version up here when they are not told one.
 * Versions are such as the tools send, newest first; any other is taken as well.
 */
const PROVIDERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'Microsoft.Authorization': {
    roleAssignments: ['2022-04-01', '2020-04-01-preview', '2018-01-01-preview', '2015-07-01'],
    roleDefinitions: ['2022-05-01-preview', '2022-04-01', '2018-01-01-preview', '2015-07-01'],
    denyAssignments: ['2022-04-01', '2019-03-01-preview', '2018-07-01-preview'],
    permissions: ['2022-04-01', '2018-07-01', '2015-07-01'],
  },
  'Microsoft.Compute': {
    virtualMachines: ['2024-11-01', '2024-07-01', '2023-03-01', '2022-11-01', '2022-08-01'],
    'locations/operations': ['2024-11-01', '2022-11-01'],
  },
  'Microsoft.KeyVault': {
    vaults: ['2023-07-01', '2023-02-01', '2022-07-01', '2021-10-01', '2019-09-01'],
    deletedVaults: ['2023-07-01', '2022-07-01'],
    checkNameAvailability: ['2023-07-01', '2022-07-01'],
  },
  'Microsoft.ManagedIdentity': {
    userAssignedIdentities: ['2024-11-30', '2023-01-31', '2022-01-31-preview', '2018-11-30'],
    'userAssignedIdentities/federatedIdentityCredentials': ['2024-11-30', '2023-01-31', '2022-01-31-preview'],
    identities: ['2024-11-30', '2023-01-31', '2018-11-30'],
  },
  'Microsoft.Resources': {
    resources: ['2021-04-01', '2015-11-01'],
    resourceGroups: ['2024-11-01', '2021-04-01'],
    subscriptions: ['2022-12-01', '2019-11-01'],
    tenants: ['2022-12-01', '2019-11-01'],
  },
  'Microsoft.Storage': {
    storageAccounts: ['2023-05-01', '2022-09-01', '2021-09-01'],
    'storageAccounts/blobServices': ['2023-05-01', '2022-09-01', '2021-09-01'],
    checkNameAvailability: ['2023-05-01', '2022-09-01'],
  },
  'Microsoft.Web': { sites: ['2023-12-01', '2022-03-01'] },
};

export type Provider = {
  readonly namespace: string;
  readonly registrationPolicy: 'RegistrationRequired' | 'RegistrationFree';
  readonly registrationState: 'Registered';
  readonly resourceTypes: readonly {
    readonly resourceType: string;
    readonly locations: readonly string[];
    readonly apiVersions: readonly string[];
    readonly defaultApiVersion: string | undefined;
    readonly capabilities: string;
  }[];
};

const FREE = ['Microsoft.Authorization', 'Microsoft.Resources'];
const GLOBAL = ['Microsoft.Authorization', 'Microsoft.Resources'];

/** All of them, by name. Each is registered in every subscription, and stays so. */
export const providers = (): Provider[] =>
  Object.entries(PROVIDERS).map(([namespace, types]) => ({
    namespace,
    registrationPolicy: FREE.includes(namespace) ? 'RegistrationFree' : 'RegistrationRequired',
    registrationState: 'Registered',
    resourceTypes: Object.entries(types).map(([resourceType, apiVersions]) => ({
      resourceType,
      locations: GLOBAL.includes(namespace) ? [] : LOCATIONS.map(([, displayName]) => displayName),
      apiVersions,
      defaultApiVersion: apiVersions.find((version) => !version.includes('preview')),
      capabilities: 'SupportsTags, SupportsLocation',
    })),
  }));

export const findProvider = (namespace: string): Provider | undefined =>
  providers().find((provider) => provider.namespace.toLowerCase() === namespace.toLowerCase());
