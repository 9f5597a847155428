import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import jwksRsa from 'jwks-rsa';
import type { KeyFor } from './verify.ts';

export type RemoteKeys = {
  readonly keyFor: KeyFor;
  /**
   * The same for who only wants to know: an unknown kid is looked for in a set that is fetched aside, once a second at most,
   * so that no cool-down begins that somebody with a new key would have to wait for.
   */
  readonly look: KeyFor;
  /** Keys may have rolled in a moment, as when the lab's clock is moved: the next unknown one is asked for at once. */
  expire(): void;
  close(): void;
};

/**
 * Fetches a key set as parsed JSON. Injected, because who trusts which certificate authority is the service's business.
 */
export type FetchKeySet = (url: string) => Promise<{ keys: unknown }>;

/**
 * The keys at a JWKS endpoint.
 *
 * The whole set is kept, and the last good one for as long as the endpoint is down. An unknown `kid` causes one new
 * fetch, shared by everybody who waits for it, and no second one within the cool-down: a flood of made-up kids costs one
 * request per cool-down, and since the issuer publishes a key before it uses it, an honest token never depends on that
 * fetch. Where the issuer does not do so, `patienceMs` lets an unknown kid wait for the end of a cool-down that is no longer
 * than that; the fetch after it is shared by all who wait. The set is also renewed on its own every `refreshMs`; every `retryMs` until there is one, and
 * besides whenever somebody needs it, `firstPauseMs` after the last try at the earliest.
 *
 * `jwks-rsa` fetches and parses; its cache and rate limit stay off, because the limit can be spent by unknown kids and
 * the cache forgets good keys while the endpoint is down.
 */
export function remoteKeys({
  url,
  fetchKeySet,
  log,
  cooldownMs = 1_000,
  patienceMs = 0,
  firstPauseMs = 0,
  refreshMs = 300_000,
  retryMs = 1_000,
}: {
  url: string;
  fetchKeySet: FetchKeySet;
  log: { warn(details: object, message: string): void };
  cooldownMs?: number;
  patienceMs?: number;
  firstPauseMs?: number;
  refreshMs?: number;
  retryMs?: number;
}): RemoteKeys {
  const client = jwksRsa({ jwksUri: url, cache: false, rateLimit: false, fetcher: fetchKeySet, timeout: 5_000 });
  let known: ReadonlyMap<string, KeyObject> | undefined;
  let lastFetch = Number.NEGATIVE_INFINITY; // monotonic milliseconds
  let inFlight: Promise<void> | undefined;
  let afterCooldown: Promise<void> | undefined;
  let aside: { readonly at: number; readonly keys: Promise<ReadonlyMap<string, KeyObject>> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const fetchKeys = async (): Promise<ReadonlyMap<string, KeyObject>> =>
    new Map((await client.getSigningKeys()).map((key) => [key.kid, createPublicKey(key.getPublicKey())]));

  const refresh = (): Promise<void> => {
    lastFetch = performance.now();
    clearTimeout(timer);
    inFlight ??= fetchKeys()
      .then((keys) => {
        known = keys;
      })
      .catch((error) => {
        log.warn(
          { url, reason: String(error?.message ?? error) },
          'signing keys could not be fetched; keeping the last good set',
        );
      })
      .finally(() => {
        inFlight = undefined;
        if (!closed) timer = setTimeout(refresh, known ? refreshMs : retryMs).unref();
      });
    return inFlight;
  };
  /** For a kid that is unknown: fetches, or waits for who fetches; gives up where it is too early for that. */
  const lookAgain = async (kid: string): Promise<void> => {
    if (inFlight) await inFlight;
    else if (performance.now() - lastFetch >= cooldownMs) return refresh();
    const leftMs = Math.max(cooldownMs - (performance.now() - lastFetch), 1);
    if (known?.has(kid) || leftMs > patienceMs) return;
    afterCooldown ??= sleep(leftMs, undefined, { ref: false })
      .then(() => (closed ? undefined : refresh()))
      .finally(() => {
        afterCooldown = undefined;
      });
    await afterCooldown;
  };
  void refresh(); // so that the first token need not wait, and an issuer that goes down later is no trouble

  return {
    keyFor: async (kid) => {
      // Without any set whoever needs the first one shares the next try.
      if (!known && (inFlight || performance.now() - lastFetch >= firstPauseMs)) await refresh();
      else if (known && !known.has(kid)) await lookAgain(kid);
      if (!known) throw new Error(`no signing keys have been fetched from ${url} yet`);
      return known.get(kid);
    },
    look: async (kid) => {
      const key = known?.get(kid);
      if (key) return key;
      if (!aside || performance.now() - aside.at >= LOOK_COOLDOWN_MS) {
        aside = { at: performance.now(), keys: fetchKeys() };
      }
      const found = await aside.keys.catch(() => known);
      if (!found) throw new Error(`no signing keys have been fetched from ${url} yet`);
      return found.get(kid);
    },
    expire: () => {
      aside = undefined;
      lastFetch = Number.NEGATIVE_INFINITY;
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

const LOOK_COOLDOWN_MS = 1_000;
