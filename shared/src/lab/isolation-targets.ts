/**
 * What the isolation map tries to reach. Agents, the portal and the page have the same list: whoever asks for a probe names a
 * target by its id, and nobody can name another. Imports nothing.
 */

export type IsolationTarget = {
  readonly id: string;
  /** Where it stands in the map: what gives out identities, Azure's services without and with a token, what lies behind. */
  readonly group: 'identity' | 'open' | 'token' | 'fabric' | 'page' | 'outside';
  /** The service of docker-compose.yml that would answer. */
  readonly part: string;
  /** The network on which it is meant to be reached. */
  readonly network: string;
  /** What is sent there. Names in braces are those of the lab's content. Absent: nothing is sent, routes are looked at. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the token is for that the source presents, its own. */
  readonly audience?: string;
  /** The operation that a role assignment has to allow. Absent: none in particular, or it is no matter of Azure RBAC. */
  readonly action?: string;
};

const VAULT = 'https://vault.azure.net';
const CONTROL_PORT = 8443;
const SECRET = 'https://{vault}.vault.azure.net/secrets/{secret}?api-version=7.4';
/** The vault as a resource: roles for what lies in it are none for this. */
const VAULT_ITSELF =
  'https://management.azure.com/subscriptions/{subscription}/resourceGroups/{resourceGroup}/providers/Microsoft.KeyVault/vaults/{vault}?api-version=2023-07-01';
const SUBSCRIPTIONS = 'https://management.azure.com/subscriptions?api-version=2022-12-01';
const CONTAINERS = {
  url: 'https://{account}.blob.core.windows.net/?comp=list',
  headers: { 'x-ms-version': '2021-12-02' },
};
const ORDERS = 'https://orders-api.azurewebsites.net/orders';
const GET_SECRET = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

/** Where a machine gets a token: agents ask the same, whatever the token is for. */
export const IMDS_TOKEN = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01';
export const APP_SERVICE_TOKEN = 'http://169.254.129.2:8081/msi/token?api-version=2019-08-01';

const forVault = `&resource=${encodeURIComponent(VAULT)}`;

/** A control API, by its name on the fabric. */
const behind = (part: string): IsolationTarget => ({
  id: `fabric-${part}`,
  group: 'fabric',
  part,
  network: 'fabric',
  url: `https://${part}.fabric:${CONTROL_PORT}/health`,
});

/** The port of a control API, at the name under which everybody finds the service. */
const control = (part: string, host: string): IsolationTarget => ({
  id: `control-${part}`,
  group: 'fabric',
  part,
  network: 'azure',
  url: `https://${host}:${CONTROL_PORT}/health`,
});

const azure = { network: 'azure' } as const;

export const ISOLATION_TARGETS: readonly IsolationTarget[] = [
  {
    id: 'imds',
    group: 'identity',
    part: 'imds',
    network: 'vm',
    url: IMDS_TOKEN + forVault,
    headers: { Metadata: 'true' },
  },
  { id: 'appservice', group: 'identity', part: 'appservice', network: 'appservice', url: APP_SERVICE_TOKEN + forVault },
  {
    id: 'entra',
    group: 'open',
    part: 'entra',
    ...azure,
    url: 'https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration',
  },
  { id: 'arm', group: 'open', part: 'arm', ...azure, url: SUBSCRIPTIONS },
  { id: 'keyvault', group: 'open', part: 'keyvault', ...azure, url: SECRET },
  // The same server under a name that Docker has for it, and its certificate has not.
  {
    id: 'keyvault-other-name',
    group: 'open',
    part: 'keyvault',
    ...azure,
    url: 'https://keyvault/secrets/{secret}?api-version=7.4',
  },
  { id: 'blob', group: 'open', part: 'blob', ...azure, ...CONTAINERS },
  { id: 'api', group: 'open', part: 'api', ...azure, url: ORDERS },
  {
    id: 'arm-token',
    group: 'token',
    part: 'arm',
    ...azure,
    url: SUBSCRIPTIONS,
    audience: 'https://management.azure.com/',
  },
  {
    id: 'vault-token',
    group: 'token',
    part: 'arm',
    ...azure,
    url: VAULT_ITSELF,
    audience: 'https://management.azure.com/',
    action: 'Microsoft.KeyVault/vaults/read',
  },
  {
    id: 'keyvault-token',
    group: 'token',
    part: 'keyvault',
    ...azure,
    url: SECRET,
    audience: VAULT,
    action: GET_SECRET,
  },
  {
    id: 'other-vault-token',
    group: 'token',
    part: 'keyvault',
    ...azure,
    url: 'https://{otherVault}.vault.azure.net/secrets/{otherSecret}?api-version=7.4',
    audience: VAULT,
  },
  {
    id: 'blob-token',
    group: 'token',
    part: 'blob',
    ...azure,
    ...CONTAINERS,
    audience: 'https://storage.azure.com/',
    action: 'Microsoft.Storage/storageAccounts/blobServices/containers/read',
  },
  { id: 'api-token', group: 'token', part: 'api', ...azure, url: ORDERS, audience: 'api://orders-api' },
  behind('imds'),
  behind('entra'),
  behind('arm'),
  behind('keyvault'),
  behind('blob'),
  control('entra', 'login.microsoftonline.com'),
  control('arm', 'management.azure.com'),
  control('keyvault', '{vault}.vault.azure.net'),
  control('blob', '{account}.blob.core.windows.net'),
  { id: 'portal', group: 'page', part: 'portal', network: 'front', url: 'http://portal.front:8080/' },
  { id: 'gateway', group: 'page', part: 'gateway', network: 'front', url: 'http://gateway:8080/' },
  { id: 'outside', group: 'outside', part: 'outside', network: 'edge' },
];

/** What stands for the names in braces, of the lab's content. */
export type TargetNames = Readonly<Partial<Record<keyof typeof NAME, string>>>;

/** Of one label each: nothing that could lead to another host or path. */
const NAME = {
  tenant: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  subscription: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  resourceGroup: /^[\w().-]{0,89}[\w()-]$/,
  vault: /^[a-z0-9][a-z0-9-]{1,22}[a-z0-9]$/,
  secret: /^[A-Za-z0-9-]{1,127}$/,
  otherVault: /^[a-z0-9][a-z0-9-]{1,22}[a-z0-9]$/,
  otherSecret: /^[A-Za-z0-9-]{1,127}$/,
  account: /^[a-z0-9]{3,24}$/,
} as const;

/** @returns undefined where nothing is sent, or where the lab has nothing of that kind. */
export function urlOfTarget({ url }: IsolationTarget, names: TargetNames): string | undefined {
  let isWhole = true;
  const filled = url?.replaceAll(/\{(\w+)\}/g, (_, place: keyof typeof NAME) => {
    const name = names[place] ?? '';
    if (!NAME[place].test(name)) isWhole = false;
    return name;
  });
  return isWhole ? filled : undefined;
}

/** Whether the lab has what a target is: those that send nothing are always there. */
export const isInLab = (target: IsolationTarget, names: TargetNames): boolean =>
  target.url === undefined || urlOfTarget(target, names) !== undefined;
