import { LAB_METHODS, type LabMethod, type LabRequest } from '@lab/shared/lab/lab-request.ts';

/** A request as a person writes it: it may name variables, and may be wrong still. */
export type Draft = {
  readonly method: LabMethod;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
};

export const EMPTY: Draft = { method: 'GET', url: '', headers: [], body: '' };

export const METHODS = LAB_METHODS;

/** What is wrong, by the key of its text. */
export type Problem = { readonly key: string; readonly values?: Readonly<Record<string, string>> };

/** Where App Service tells a program to ask: the lab's is always there, so lines of the documentation work as they are. */
const IDENTITY_ENDPOINT = 'http://169.254.129.2:8081/msi/token';

/**
 * What is sent: the token that is in hand where `$TOKEN` stands, and the address of App Service where a line of its
 * documentation names it. Other variables are the workload's, and its agent knows them.
 */
export function toRequest(draft: Draft, token: string | undefined): LabRequest | Problem {
  const headers = draft.headers.filter(([name]) => name.trim() !== '');
  const texts = [draft.url, draft.body, ...headers.flat()];
  if (token === undefined && texts.some((text) => text.search(TOKEN) >= 0)) return { key: 'problem.no-token' };
  const fill = (text: string) => text.replace(TOKEN, () => token ?? '');
  return {
    method: draft.method,
    url: fill(draft.url.trim()).replace(ENDPOINT, IDENTITY_ENDPOINT),
    headers: headers.map(([name, value]) => [name.trim(), fill(value).trim()] as const),
    ...(draft.body !== '' && { body: fill(draft.body) }),
  };
}

const TOKEN = /\$(?:TOKEN\b|\{TOKEN\})/g;
const ENDPOINT = /\$(?:(?:IDENTITY|MSI)_ENDPOINT\b|\{(?:IDENTITY|MSI)_ENDPOINT\})/;
