/**
 * Where a person may have a workload send a request: the lab's own names, and nothing else in the world. Imports nothing,
 * because agents, the portal and the page decide by the same list.
 */

type LabName = { readonly host: RegExp; readonly ports: readonly number[] };

/** With and without TLS, so that a person can see that nobody answers without. */
const WEB = [80, 443];

const only = (host: string): RegExp => new RegExp(`^${host.replaceAll('.', '\\.')}$`);
/** One label before the suffix, as vaults and accounts have it. */
const below = (suffix: string): RegExp =>
  new RegExp(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.${suffix.replaceAll('.', '\\.')}$`);

const LAB_NAMES: readonly LabName[] = [
  { host: only('login.microsoftonline.com'), ports: WEB },
  { host: only('graph.microsoft.com'), ports: WEB },
  { host: only('management.azure.com'), ports: WEB },
  { host: below('vault.azure.net'), ports: WEB },
  { host: below('blob.core.windows.net'), ports: WEB },
  { host: only('orders-api.azurewebsites.net'), ports: WEB },
  { host: only('westeurope.oic.prod-aks.azure.com'), ports: WEB },
  // The page of a virtual machine, which the exercise about server-side request forgery opens.
  { host: below('internal.cloudapp.net'), ports: [80] },
  { host: only('169.254.169.254'), ports: WEB },
  { host: only('169.254.129.2'), ports: [8081] },
];

/**
 * The URL, where it is one of the lab's.
 *
 * It is read as the client that sends it reads it, and what comes out is compared: other spellings of an address, such as
 * `http://2852039166/`, are the address. Names and passwords in it are refused: they are there to look like a host.
 * @returns undefined for every other text.
 */
export function parseLabUrl(text: string): URL | undefined {
  if (text.length > LONGEST_URL || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  const port = url.port === '' ? DEFAULT_PORT[url.protocol] : Number(url.port);
  return LAB_NAMES.some(({ host, ports }) => host.test(url.hostname) && ports.includes(port)) ? url : undefined;
}

const DEFAULT_PORT = { 'http:': 80, 'https:': 443 } as const;
/** Of a URL that Azure's services read to its end. */
const LONGEST_URL = 8 * 1024;
