import type { KeyObject } from 'node:crypto';
import type { Log } from '@lab/shared/log.ts';
import { issuersOf } from '@lab/shared/tokens/claims.ts';
import { type RemoteKeys, remoteKeys } from '@lab/shared/tokens/jwks.ts';
import { issuerUnreachable } from '../domain/aadsts.ts';
import type { IssuerKeys, OwnIssuer } from '../domain/federated-assertion.ts';
import type { FetchDocument } from './fetch-document.ts';

/** Which hosts documents are fetched from: the lab's own clusters. */
export type IssuerHosts = (host: string) => boolean;

/** `https://{region}.oic.prod-aks.azure.com/…` */
export const AKS_ISSUER_HOSTS: IssuerHosts = (host) => /^[a-z0-9-]{1,63}\.oic\.prod-aks\.azure\.com$/.test(host);

/** Issuers whose keys are kept; the one that was asked for longest ago makes room. */
const ISSUERS_KEPT = 32;
/** An issuer that does not answer is asked again by the next request, but not by each of a flood. */
const COOLDOWN_MS = 1_000;
const REFRESH_MS = 300_000;

/**
 * The keys of issuers that federated credentials name: `{issuer}/.well-known/openid-configuration`, its `jwks_uri`, the
 * key with this `kid`. Entra's own keys are taken from here, without a request.
 *
 * Only hosts of the lab are ever asked, over TLS that the lab's authority signed, for both documents; the address comes
 * from a stored federated credential, never from a token alone. Documents are bounded in size and time, redirects are
 * not followed, and the document has to name the issuer that it was asked for.
 * Deviation: Entra asks any public host; for others than the lab's the answer is that they cannot be reached.
 */
export function issuerKeys({
  fetchDocument,
  ownKey,
  ownIssuer,
  isIssuerHost = AKS_ISSUER_HOSTS,
  log,
  cooldownMs = COOLDOWN_MS,
}: {
  fetchDocument: FetchDocument;
  ownKey: (kid: string) => KeyObject | undefined;
  ownIssuer: OwnIssuer;
  isIssuerHost?: IssuerHosts;
  log: Log;
  cooldownMs?: number;
}): IssuerKeys & { close(): void } {
  const known = new Map<string, RemoteKeys & { failedAt: number }>();

  const allowedUrl = (text: unknown): string => {
    if (typeof text !== 'string' || !URL.canParse(text)) throw new Error('no URL');
    const url = new URL(text);
    const { protocol, username, password, hash } = url;
    if (protocol !== 'https:' || username || password || hash) throw new Error('not a plain https URL');
    if (!isIssuerHost(url.host)) throw new Error(`${url.host} is no host of the lab's issuers`);
    return url.href;
  };
  const fetchKeySet = (issuer: string) => async (url: string) => {
    const document = await fetchDocument(url);
    if (document.issuer !== issuer) throw new Error(`${url} names another issuer`);
    const { keys } = await fetchDocument(allowedUrl(document.jwks_uri));
    if (!Array.isArray(keys) || keys.length > 100) throw new Error('the key set is no list of at most 100 keys');
    return { keys };
  };
  const keysOf = (issuer: string) => {
    const kept = known.get(issuer);
    const url = allowedUrl(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const keys = kept ?? {
      ...remoteKeys({
        url,
        fetchKeySet: fetchKeySet(issuer),
        log,
        cooldownMs,
        patienceMs: COOLDOWN_MS, // a cluster signs with a new key at once
        refreshMs: REFRESH_MS,
        retryMs: REFRESH_MS,
      }),
      failedAt: Number.NEGATIVE_INFINITY,
    };
    known.delete(issuer);
    known.set(issuer, keys); // the newest is last
    const [oldest] = known.keys();
    if (known.size > ISSUERS_KEPT && oldest !== undefined) {
      known.get(oldest)?.close();
      known.delete(oldest);
    }
    return keys;
  };

  const keyFor: IssuerKeys = async (issuer, kid) => {
    if (ownIssuer(issuer)) return ownKey(kid);
    try {
      const keys = keysOf(issuer);
      if (performance.now() - keys.failedAt < cooldownMs) throw new Error('asked a moment ago, without success');
      return await keys.keyFor(kid).catch((error) => {
        keys.failedAt = performance.now();
        throw error;
      });
    } catch (error) {
      throw issuerUnreachable(error instanceof Error ? error.message : 'unknown');
    }
  };
  return Object.assign(keyFor, {
    close: () => {
      for (const keys of known.values()) keys.close();
      known.clear();
    },
  });
}

/** Entra's issuers of both versions, in their one spelling. @param tenantIds Asked each time: tenants come and go. */
export const ownIssuers =
  (findTenant: (tenantId: string) => { readonly tenantId: string } | undefined): OwnIssuer =>
  (issuer) => {
    const [, id] =
      /^https:\/\/(?:sts\.windows\.net|login\.microsoftonline\.com)\/([0-9a-f-]{36})\/(?:v2\.0)?$/.exec(issuer) ?? [];
    if (id === undefined) return undefined;
    const { '1.0': v1, '2.0': v2 } = issuersOf(id);
    return issuer === v1 || issuer === v2 ? (findTenant(id) ?? { tenantId: id }) : undefined;
  };
