import type { Clock } from '@lab/shared/clock.ts';
import { identityNotFound } from './failures.ts';

/** A token as Entra issued it. Times are epoch seconds. */
export type IssuedToken = {
  readonly accessToken: string;
  readonly notBefore: number;
  readonly expiresOn: number;
  /** `uti`, which ties together what every service says about the token. */
  readonly tokenId: string | undefined;
};

export type CachedToken = { readonly token: IssuedToken; readonly from: 'cache' | 'entra' };

/** An identity, by its client id, on a host that has it. */
export type Holder = { readonly clientId: string; readonly hostResourceId: string };

export type TokenCache = {
  /**
   * The token of an identity on a virtual machine for an audience; `ask` is called where Entra has to be asked.
   * @param options.bypass Asks even where a token is at hand.
   * @throws Identity not found, where the virtual machine has lost the identity while Entra was asked.
   */
  get(
    key: Holder & { readonly audience: string },
    ask: () => Promise<IssuedToken>,
    options?: { bypass?: boolean },
  ): Promise<CachedToken>;
  /** Forgets the tokens of all identities but these, on these virtual machines, those that are on their way included. */
  keepOnly(holders: readonly Holder[]): void;
  clear(): void;
};

type Entry = { readonly holder: Holder; token?: IssuedToken; inFlight?: Promise<IssuedToken>; failedAt?: number };

const EARLY_SECONDS = 3_600;
/** SDKs ask again when less than this is left, so an older token would be of no use to them. */
const LATE_SECONDS = 300;
/** Between two background refreshes of which the first failed. */
const RETRY_SECONDS = 30;

/**
 * Tokens per identity, virtual machine and audience, the audience exactly as asked: with and without slash are two
 * tokens. Two machines have two tokens of an identity that they share, as they have in Azure, where each names its host.
 *
 * A token is served from memory until an hour (or half its life) is left; then it is renewed in the background while it
 * is still served, and in its last five minutes callers wait for the new one. While Entra fails, the old one is served as
 * long as it is valid. There is one request at a time for each token, shared by all who wait; a failure is shared as
 * well, and never kept.
 *
 * @param capacity Tokens kept; the oldest goes first. Audiences that differ in case only are different tokens, so
 *   without a limit one caller could fill the memory.
 */
export function tokenCache(clock: Clock, capacity = 1_000): TokenCache {
  const entries = new Map<string, Entry>();
  let isHolder: (holder: Holder) => boolean = () => true;
  /** Entra may have signed for who has lost the identity since: another machine may still have it. */
  const stillHeld = ({ holder }: Entry): void => {
    if (!isHolder(holder)) throw identityNotFound();
  };

  const entryFor = (key: string, holder: Holder): Entry => {
    const known = entries.get(key);
    if (known) return known;
    const entry: Entry = { holder };
    entries.set(key, entry);
    if (entries.size > capacity) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
    return entry;
  };

  const refresh = (key: string, entry: Entry, ask: () => Promise<IssuedToken>): Promise<IssuedToken> => {
    entry.inFlight ??= ask()
      .then((token) => {
        stillHeld(entry);
        entry.token = token;
        delete entry.failedAt;
        return token;
      })
      .catch((error: unknown) => {
        entry.failedAt = clock.now();
        // Nothing worth keeping. An entry that was forgotten meanwhile is another one by now.
        if (!entry.token && entries.get(key) === entry) entries.delete(key);
        stillHeld(entry);
        throw error;
      })
      .finally(() => {
        delete entry.inFlight;
      });
    return entry.inFlight;
  };

  return {
    get: async ({ clientId, hostResourceId, audience }, ask, { bypass = false } = {}) => {
      const key = `${clientId} ${hostResourceId} ${audience}`;
      const entry = entryFor(key, { clientId, hostResourceId });
      const { token } = entry;
      const left = token ? token.expiresOn - clock.now() : 0;
      if (!token || left <= 0 || bypass) return { token: await refresh(key, entry, ask), from: 'entra' };

      const resting = entry.failedAt !== undefined && clock.now() - entry.failedAt < RETRY_SECONDS;
      if (left > early(token) || resting) return { token, from: 'cache' };
      const renewed = refresh(key, entry, ask).then(
        (fresh): CachedToken => ({ token: fresh, from: 'entra' }),
        (): CachedToken => ({ token, from: 'cache' }),
      );
      if (left > LATE_SECONDS) return { token, from: 'cache' };
      const answer = await renewed;
      stillHeld(entry);
      return answer;
    },
    keepOnly: (holders) => {
      const isKept = ({ clientId, hostResourceId }: Holder) =>
        holders.some((kept) => kept.clientId === clientId && kept.hostResourceId === hostResourceId);
      isHolder = isKept;
      for (const [key, { holder }] of entries) if (!isKept(holder)) entries.delete(key);
    },
    clear: () => entries.clear(),
  };
}

const early = ({ notBefore, expiresOn }: IssuedToken) => Math.min(EARLY_SECONDS, (expiresOn - notBefore) / 2);
