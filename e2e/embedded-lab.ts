import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { EmbeddedLab } from '@managed-identity-lab/embedded';
import { Agent, request } from 'undici';

const run = promisify(execFile);

/**
 * Runs a module in a process of its own, in which nothing is set but this: SDKs choose their source once per process.
 * @returns what it prints, as JSON.
 */
export async function runModule(source: string, environment: Readonly<Record<string, string | undefined>>) {
  const { PATH } = process.env;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', source], {
    env: { PATH, ...environment },
    cwd: import.meta.dirname,
  });
  return JSON.parse(stdout) as unknown;
}

/** Imports of the official clients, with the options that the lab names for JavaScript. */
export const CLIENTS = `
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { BlobServiceClient } from '@azure/storage-blob';
const credential = new DefaultAzureCredential({ disableInstanceDiscovery: true });
const vault = (url, who = credential) => new SecretClient(url, who, { disableChallengeResourceVerification: true });
const { VAULT_URL, FOREIGN_VAULT_URL, ACCOUNT_URL } = process.env;
const print = (value) => console.log(JSON.stringify(value));
const claims = async (who = credential) => {
  const { token } = await who.getToken('https://vault.azure.net/.default');
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
};
`;

type Json = Record<string, unknown>;

/** Resource Manager as the operator of the first tenant sees it. */
export async function operatorOf(lab: EmbeddedLab) {
  const [operator] = lab.operators;
  const subscription = operator?.subscriptions[0];
  if (!operator || !subscription) throw new Error('the lab has no operator');
  const dispatcher = new Agent({ connect: { ca: readFileSync(lab.caBundle) } });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: operator.clientId,
    client_secret: operator.clientSecret,
    scope: 'https://management.azure.com/.default',
  });
  const signedIn = await request(`${lab.authorityUrl}/${operator.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  const { access_token } = (await signedIn.body.json()) as { access_token: string };
  return {
    tenantId: operator.tenantId,
    group: `/subscriptions/${subscription.subscriptionId}/resourceGroups/rg-apps/providers`,
    arm: async (method: 'GET' | 'PUT' | 'DELETE', path: string, version: string, body?: object) => {
      const { statusCode, body: answer } = await request(`${lab.armUrl}${path}?api-version=${version}`, {
        method,
        dispatcher,
        headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: statusCode, body: (text === '' ? {} : JSON.parse(text)) as Json };
    },
    /** The status that a path below a vault or account answers with. */
    statusOf: async (url: string) => {
      const { statusCode, body: answer } = await request(url, { dispatcher });
      await answer.dump();
      return statusCode;
    },
    close: () => dispatcher.destroy(),
  };
}

/** A token of a virtual machine for Key Vault, by the App Service protocol. */
export async function machineToken(lab: EmbeddedLab, machine: string): Promise<{ status: number; body: Json }> {
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER = '' } = lab.virtualMachines[machine]?.environment ?? {};
  const query = 'api-version=2019-08-01&resource=https://vault.azure.net';
  const { statusCode, body } = await request(`${IDENTITY_ENDPOINT}?${query}`, {
    headers: { 'X-IDENTITY-HEADER': IDENTITY_HEADER },
  });
  return { status: statusCode, body: (await body.json()) as Json };
}

export const claimsOf = (token: unknown): Json =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Json;
