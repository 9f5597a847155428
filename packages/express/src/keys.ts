import { type RemoteKeys, remoteKeys } from '@lab/shared/tokens/jwks.ts';
import type { KeyFor } from '@lab/shared/tokens/verify.ts';
import type { Authority } from './authority.ts';
import { type FetchJson, fetchJsonTrusting } from './fetch-json.ts';
import { type LabTime, labTimeFrom } from './lab-clock.ts';

/** What an authority is asked for. Nothing is asked before it is needed. */
export type AuthoritySource = {
  /** The signing keys of a tenant, by `kid`. */
  keyFor(tenantId: string): KeyFor;
  /** The lab's time; absent for the real Entra, whose time is everybody's. */
  readonly labTime?: LabTime;
  close(): void;
};

const MINUTE_MS = 60_000;

/**
 * How often keys are asked for. Entra publishes a key days before it signs with it, and asks that they be looked at once a
 * day; the lab rolls its keys when a test wants it.
 * @see https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
 */
const OF_ENTRA = { cooldownMs: MINUTE_MS, firstPauseMs: 1_000, refreshMs: 24 * 60 * MINUTE_MS, retryMs: MINUTE_MS };
const OF_THE_LAB = { cooldownMs: 1_000, refreshMs: 5 * MINUTE_MS, retryMs: 5 * MINUTE_MS };

const log = {
  warn: (details: object, message: string) => {
    const { url, reason } = details as { url?: string; reason?: string };
    process.emitWarning(`requireManagedIdentity: ${message} (${url}: ${reason})`);
  },
};

function openSource({ origin, ca, isLab }: Authority): AuthoritySource {
  const sets = new Map<string, RemoteKeys>();
  // Made when it is first used: the certificates of the world take a moment to read.
  let opened: FetchJson | undefined;
  const fetchJson = Object.assign(
    (url: string) => {
      opened ??= fetchJsonTrusting(ca);
      return opened(url);
    },
    { close: () => opened?.close() },
  );
  const setOf = (tenantId: string): RemoteKeys => {
    let set = sets.get(tenantId);
    if (!set) {
      const url = `${origin}/${tenantId}/discovery/v2.0/keys`;
      const fetchKeySet = async () => (await fetchJson(url)) as { keys: unknown };
      set = remoteKeys({ url, fetchKeySet, log, ...(isLab ? OF_THE_LAB : OF_ENTRA) });
      sets.set(tenantId, set);
    }
    return set;
  };
  const expire = () => {
    for (const set of sets.values()) set.expire();
  };
  return {
    keyFor: (tenantId) => (kid) => setOf(tenantId).keyFor(kid),
    ...(isLab && { labTime: labTimeFrom(fetchJson, origin, expire) }),
    close: () => {
      for (const set of sets.values()) set.close();
      fetchJson.close();
    },
  };
}

const sources = new Map<string, { source: AuthoritySource; users: number }>();

/** The source of an authority, one in a process however many routes are protected by it. The last who closes it closes it. */
export function sourceOf(authority: Authority): AuthoritySource {
  const name = authority.isLab ? [authority.origin, ...authority.ca].join('\n') : authority.origin;
  const shared = sources.get(name) ?? { source: openSource(authority), users: 0 };
  shared.users += 1;
  sources.set(name, shared);
  let closed = false;
  return {
    ...shared.source,
    close: () => {
      if (closed) return;
      closed = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      sources.delete(name);
      shared.source.close();
    },
  };
}
