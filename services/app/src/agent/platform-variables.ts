import { readFile } from 'node:fs/promises';
import type { LabRequest } from './lab-request.ts';

/**
 * A request with what the platform told this workload put in, as a shell does it with the lines of the documentation:
 * `X-IDENTITY-HEADER: $IDENTITY_HEADER`. Each goes to whom the platform gave it for and to nobody else, and the person who
 * asks never sees it: not in what is sent back or recorded, such as the request's own id, either.
 *
 * - `$IDENTITY_HEADER`, in `X-IDENTITY-HEADER` or the `Secret` of the first version, to the host of `IDENTITY_ENDPOINT`
 * - `$AZURE_FEDERATED_TOKEN`, as `client_assertion` of a form, to Entra: what is in the file that
 *   `AZURE_FEDERATED_TOKEN_FILE` names
 */
export async function withPlatformVariables(
  request: LabRequest,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<LabRequest> {
  const { IDENTITY_ENDPOINT = '', IDENTITY_HEADER, AZURE_FEDERATED_TOKEN_FILE } = environment;
  const { host } = new URL(request.url);
  if (IDENTITY_HEADER !== undefined && URL.canParse(IDENTITY_ENDPOINT) && new URL(IDENTITY_ENDPOINT).host === host) {
    const headers = request.headers?.map(
      ([name, value]) => [name, isItsPlace(name) ? put(value, HEADER, IDENTITY_HEADER) : value] as const,
    );
    return { ...request, headers };
  }
  if (AZURE_FEDERATED_TOKEN_FILE !== undefined && host === ENTRA && request.body !== undefined) {
    const token = await readFile(AZURE_FEDERATED_TOKEN_FILE, 'utf8').catch(() => undefined);
    if (token !== undefined) return { ...request, body: put(request.body, FEDERATED_TOKEN, token.trim()) };
  }
  return request;
}

const ENTRA = 'login.microsoftonline.com';
const HEADER = /\$(?:IDENTITY_HEADER\b|\{IDENTITY_HEADER\})/g;
const isItsPlace = (name: string): boolean => ['x-identity-header', 'secret'].includes(name.toLowerCase());
const FEDERATED_TOKEN = /(?<=(?:^|&)client_assertion=)\$(?:AZURE_FEDERATED_TOKEN|\{AZURE_FEDERATED_TOKEN\})(?=&|$)/g;

const put = (text: string, pattern: RegExp, value: string): string => text.replace(pattern, () => value);
