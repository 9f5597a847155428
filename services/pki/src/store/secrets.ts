import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorCredentials } from '@lab/shared/lab/lab-state.ts';
import type { ClientSecret } from '@lab/shared/lab/secrets.ts';

export type KeptSecrets = {
  /** By tenant id. */
  readonly operators: Map<string, ClientSecret>;
  /** By function app. */
  readonly identityHeaders: Map<string, string>;
};

/** A secret that ends within this time is made anew. */
const MARGIN_SECONDS = 30 * 86_400;

/** The secrets that earlier starts of the lab made, out of the files that they wrote. */
export function keptSecrets(stateDirectory: string, now: number): KeptSecrets {
  const credentials = OperatorCredentials.safeParse(parseJson(read(operatorFile(stateDirectory))));
  const current = (credentials.data ?? []).filter(({ expiresOn }) => now < expiresOn - MARGIN_SECONDS);
  const operators = current.map(({ tenantId, clientSecret: value, issuedAt, expiresOn }): [string, ClientSecret] => [
    tenantId,
    { value, issuedAt, expiresOn },
  ]);
  const headers = hostNamesIn(join(stateDirectory, 'workloads')).flatMap((hostName): [string, string][] => {
    const header = /^IDENTITY_HEADER=([0-9A-F]{32})$/m.exec(read(environmentFile(stateDirectory, hostName)))?.[1];
    return header === undefined ? [] : [[hostName, header]];
  });
  return { operators: new Map(operators), identityHeaders: new Map(headers) };
}

/** With what programs outside the page call the lab API: the one that an earlier start made, or a new one. */
export const keptApiToken = (stateDirectory: string): string =>
  /^[\w-]{43}$/.exec(read(apiTokenFile(stateDirectory)))?.[0] ?? randomBytes(32).toString('base64url');

export const apiTokenFile = (stateDirectory: string): string => join(stateDirectory, 'portal', 'api-token');

export const operatorFile = (stateDirectory: string): string => join(stateDirectory, 'operator', 'credentials.json');

export const environmentFile = (stateDirectory: string, hostName: string): string =>
  join(stateDirectory, 'workloads', hostName, 'env');

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function hostNamesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
