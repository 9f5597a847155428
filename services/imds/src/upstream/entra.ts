import { AzureError, type ErrorKind } from '@lab/shared/azure-error.ts';
import { type Dispatcher, request } from '@lab/shared/http/outgoing.ts';
import { userAgentOf } from '@lab/shared/http/user-agent.ts';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { temporarilyUnavailable, tokenUnobtainable } from '../domain/failures.ts';
import type { IssuedToken } from '../domain/token-cache.ts';

/** Asks Entra for a token of a managed identity. */
export type IssueToken = (ask: {
  readonly tenantId: string;
  readonly clientId: string;
  readonly audience: string;
  /** ARM id of the virtual machine that asks: a user-assigned identity's token names it. */
  readonly hostResourceId: string;
}) => Promise<IssuedToken>;

/** Signs for an identity, with a key that Entra knows; waits for it, and gives undefined when it takes too long. */
export type SignAssertion = (
  clientId: string,
  claims: { readonly audience: string; readonly hostResourceId: string },
) => Promise<string | undefined>;

const digits = z.coerce.number().int().positive();
const Issued = z.object({ access_token: z.string().min(1), expires_on: digits, not_before: digits });
/** Entra's words may quote what was asked for, however long that is. */
const words = (limit: number) => z.string().transform((text) => text.slice(0, limit));
const Refused = z.object({ error: words(128).pipe(z.string().min(1)), error_description: words(4_096).default('') });

/**
 * Statuses of Entra's refusals that reach the caller as they are; any other 4xx reaches it as 400. So does Entra's 401: it
 * was IMDS that Entra did not believe, and a chain of credentials ends at a 401 of IMDS, while it goes on after a 400.
 */
const KIND: Readonly<Record<number, ErrorKind>> = { 403: 'forbidden', 429: 'throttled' };

/** What Entra is given to answer, however long it took until it could be asked. */
const LEAST_MS = 500;

/**
 * Client credentials at the v1.0 token endpoint, which is where a `resource` is spelt as IMDS was asked for it.
 *
 * The caller waits for `timeoutMs` at most. What Entra refuses passes through in its own words; what it cannot answer
 * becomes an error that clients retry.
 * @throws AzureError with Entra's code and text; `service_unavailable`, `unknown`.
 */
export function entraTokens({
  authorityOrigin,
  signAssertion,
  dispatcher,
  service = 'imds',
  timeoutMs = 4_500,
}: {
  authorityOrigin: string;
  signAssertion: SignAssertion;
  /** Trusts the lab's public authority alone. */
  dispatcher: Dispatcher;
  /** Who asks. */
  service?: 'imds' | 'appservice';
  timeoutMs?: number;
}): IssueToken {
  return async ({ tenantId, clientId, audience, hostResourceId }) => {
    const endpoint = `${authorityOrigin}/${tenantId}/oauth2/token`;
    const started = performance.now();
    const assertion = await signAssertion(clientId, { audience: endpoint, hostResourceId });
    if (assertion === undefined) throw temporarilyUnavailable('the certificate of the identity is not confirmed yet');
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      resource: audience,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    const left = Math.max(timeoutMs - (performance.now() - started), LEAST_MS);
    const { status, body } = await post(endpoint, form, { dispatcher, service, timeoutMs: Math.ceil(left) });
    if (status === 200) return toIssuedToken(body);
    throw toFailure(status, body);
  };
}

async function post(
  url: string,
  form: URLSearchParams,
  { dispatcher, service, timeoutMs }: { dispatcher: Dispatcher; service: string; timeoutMs: number },
): Promise<{ status: number; body: unknown }> {
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      dispatcher,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'user-agent': userAgentOf(service),
      },
      body: form.toString(),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await body.text();
    return { status: statusCode, body: parseJson(text) };
  } catch (cause) {
    throw temporarilyUnavailable('entra cannot be reached', cause);
  }
}

function toIssuedToken(body: unknown): IssuedToken {
  const issued = Issued.safeParse(body);
  if (!issued.success) throw tokenUnobtainable('entra answered 200 without a token');
  const { access_token: accessToken, expires_on: expiresOn, not_before: notBefore } = issued.data;
  const claims = jwt.decode(accessToken, { json: true });
  const tokenId = typeof claims?.uti === 'string' ? claims.uti : undefined;
  return { accessToken, expiresOn, notBefore, tokenId };
}

function toFailure(status: number, body: unknown): AzureError {
  if (status === 503) return temporarilyUnavailable('entra answered 503');
  const refused = Refused.safeParse(body);
  if (status < 400 || status >= 500 || !refused.success) return tokenUnobtainable(`entra answered ${status}`);
  const { error, error_description } = refused.data;
  return new AzureError({ kind: KIND[status] ?? 'invalid', code: error, message: error_description });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
