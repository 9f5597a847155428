import * as tls from 'node:tls';
import type { Environment } from './types.ts';

/**
 * Makes this process a program of the lab: sets the variables, takes away those by which SDKs would find somebody else, and
 * trusts the authority besides those that it trusts. Connections that were opened before, and tokens that SDKs keep in
 * memory, stay what they are.
 *
 * The newest that is not undone counts, in whatever order they are undone: tests that run beside each other end when they do.
 * @returns what undoes it, once.
 */
export function actAs(environment: Environment, publicCa: string): () => void {
  before ??= { variables: new Map(), authorities: tls.getCACertificates('default') };
  const role: Role = { environment, publicCa };
  roles.push(role);
  play();
  return () => {
    if (!roles.includes(role)) return;
    roles.splice(roles.indexOf(role), 1);
    play();
  };
}

type Role = { readonly environment: Environment; readonly publicCa: string };

const roles: Role[] = [];
/** What the process had before the first of them, of the variables that were touched since. */
let before: { readonly variables: Map<string, string | undefined>; readonly authorities: string[] } | undefined;

function play(): void {
  if (!before) return;
  const { variables, authorities } = before;
  for (const [name, value] of variables) set(name, value);
  const role = roles.at(-1);
  if (role) {
    const wanted = new Map<string, string | undefined>(othersIdentities().map((name) => [name, undefined]));
    for (const [name, value] of Object.entries(role.environment)) wanted.set(name, value);
    for (const [name, value] of wanted) {
      if (!variables.has(name)) variables.set(name, process.env[name]);
      set(name, value);
    }
  } else before = undefined;
  tls.setDefaultCACertificates([...authorities, ...roles.map(({ publicCa }) => publicCa)]);
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** Other places where an identity comes from: SDKs ask the first that they know, and the lab's may be the last. */
const SOURCES = [
  'IDENTITY_ENDPOINT',
  'IDENTITY_HEADER',
  'IDENTITY_SERVER_THUMBPRINT',
  'IMDS_ENDPOINT',
  'MSI_ENDPOINT',
  'MSI_SECRET',
  'AZURE_POD_IDENTITY_AUTHORITY_HOST',
  'AZURE_FEDERATED_TOKEN_FILE',
];
/** What a developer signs in with. */
const CREDENTIALS = [
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_USERNAME',
  'AZURE_PASSWORD',
];

/** A client id alone chooses one of the machine's identities, and stays. Beside a credential it is of an application. */
const othersIdentities = (): string[] => {
  const isSignIn = [...CREDENTIALS, 'AZURE_FEDERATED_TOKEN_FILE'].some((name) => process.env[name] !== undefined);
  return [...SOURCES, ...CREDENTIALS, ...(isSignIn ? ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID'] : [])];
};
