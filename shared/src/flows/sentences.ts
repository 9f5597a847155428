import type { FlowEvent } from '../events.ts';

/** What happened, as the key of a text and what stands in it. The page has the texts, in its languages. */
export type Sentence = { readonly key: SentenceKey; readonly values: Readonly<Record<string, string>> };

export const SENTENCE_KEYS = [
  'name-found',
  'name-unknown',
  'imds-probe',
  'imds-forwarded',
  'imds-token',
  'imds-token-cached',
  'imds-token-refused',
  'imds-metadata',
  'entra-token',
  'entra-token-refused',
  'keys-read',
  'discovery-read',
  'token-asked-for',
  'token-refused',
  'access-denied',
  'access-granted',
  'access-allowed',
  'not-found',
  'throttled',
  'service-failed',
  'connection-cut',
  'request-refused',
  'request-answered',
] as const;
export type SentenceKey = (typeof SENTENCE_KEYS)[number];

/** In one sentence what a service was asked and how it answered; in which words is not decided here. */
export function sentenceOf(event: FlowEvent): Sentence {
  const failed = event.checks?.findLast(({ outcome }) => outcome === 'failed');
  const granted = event.decision?.considered.find(({ assignmentId }) => assignmentId === event.decision?.grantedBy);
  const values: Record<string, string | undefined> = {
    service: event.service,
    host: event.host,
    method: event.method,
    path: event.path,
    operation: event.operation ?? event.method,
    status: String(event.status),
    code: event.errorCode ?? String(event.status),
    audience: event.audience,
    check: failed?.check ?? event.errorCode ?? String(event.status),
    role: granted?.roleName,
  };
  return {
    key: keyOf(event, { refusedBy: failed?.check, isGranted: granted !== undefined }),
    values: Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  };
}

type Verdict = { readonly refusedBy: string | undefined; readonly isGranted: boolean };

function keyOf(event: FlowEvent, { refusedBy, isGranted }: Verdict): SentenceKey {
  const { service, status, operation } = event;
  if (status === 499) return 'connection-cut';
  if (service === 'dns') return status < 400 ? 'name-found' : 'name-unknown';
  if (status === 429) return 'throttled';
  if (status >= 500) return 'service-failed';
  if (service === 'imds' || service === 'appservice') return ofIdentityEndpoint(event, refusedBy);
  if (operation === 'IssueToken') return status < 400 ? 'entra-token' : 'entra-token-refused';
  if (operation === 'GetKeys' || operation === 'GetSigningKeys') return 'keys-read';
  if (operation === 'GetOpenIdConfiguration' || operation === 'DiscoverInstance') return 'discovery-read';
  if (status === 401) return refusedBy === 'bearer token' ? 'token-asked-for' : 'token-refused';
  if (status === 403) return 'access-denied';
  if (status === 404) return 'not-found';
  if (status >= 400) return 'request-refused';
  if (isGranted) return 'access-granted';
  return event.principalId === undefined ? 'request-answered' : 'access-allowed';
}

function ofIdentityEndpoint({ operation, status, note }: FlowEvent, refusedBy: string | undefined): SentenceKey {
  if (refusedBy === 'metadata header') return 'imds-probe';
  if (refusedBy === 'x-forwarded-for') return 'imds-forwarded';
  const isToken = operation === 'GetManagedIdentityToken';
  if (status >= 400) return isToken ? 'imds-token-refused' : 'request-refused';
  if (isToken) return note === 'answered from the cache' ? 'imds-token-cached' : 'imds-token';
  return operation === 'GetInstanceMetadata' ? 'imds-metadata' : 'request-answered';
}
