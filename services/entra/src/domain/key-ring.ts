import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import type { Log } from '@lab/shared/log.ts';
import {
  type GeneratedKey,
  generateSigningKey,
  type Jwk,
  KEPT_AFTER_RETIREMENT_SECONDS,
  type PublishedKey,
  ROTATION_SECONDS,
  type SigningKey,
  toJwk,
  toSigningKey,
} from './signing-key.ts';

/** Where signing keys are kept. Every method is all or nothing. */
export type SigningKeys = {
  findCurrent(): { readonly kid: string; readonly privateKey: string; readonly activatedAt: number } | undefined;
  findNextKid(): string | undefined;
  /** Current, next, then those retired after this moment, newest first. */
  published(retiredAfter: number): readonly PublishedKey[];
  install(keys: { current?: GeneratedKey; next?: GeneratedKey }, now: number): void;
  /** The next key becomes current, the current one retires, and keys retired up to `retiredBefore` are forgotten. */
  rotate(newNext: GeneratedKey, now: number, retiredBefore: number): void;
};

export type Kids = { readonly current: string; readonly next: string; readonly retired: readonly string[] };

/**
 * The keys that tokens are signed with. One is current, one is next: published, so that every validator knows it, but
 * not yet used. Retired ones stay published for as long as a token of theirs can be valid.
 */
export type KeyRing = {
  current(): SigningKey;
  published(): readonly Jwk[];
  /** The public half of a published key. */
  findPublic(kid: string): KeyObject | undefined;
  kids(): Kids;
  /** The next key signs from here on; resolves when that is on disk. Simultaneous calls rotate one after the other. */
  rotate(): Promise<Kids>;
  /** Rotates when the current key has signed for six weeks. Never waited for: nobody's request makes a key. */
  rotateIfDue(): void;
  /** Resolves when no rotation is under way. */
  settled(): Promise<void>;
};

/** Opens the ring, making the keys that are missing: two at the first start, none afterwards. */
export async function openKeyRing({
  store,
  clock,
  log,
  generate = generateSigningKey,
}: {
  store: SigningKeys;
  clock: Clock;
  log: Log;
  generate?: (now: number) => Promise<GeneratedKey>;
}): Promise<KeyRing> {
  const [missingCurrent, missingNext] = await Promise.all([
    store.findCurrent() ? undefined : generate(clock.now()),
    store.findNextKid() ? undefined : generate(clock.now()),
  ]);
  store.install(
    { ...(missingCurrent && { current: missingCurrent }), ...(missingNext && { next: missingNext }) },
    clock.now(),
  );

  const jwks = new Map<string, Jwk>();
  const publicKeys = new Map<string, KeyObject>();
  let signing = load(store);
  let rotation: Promise<unknown> = Promise.resolve();
  let scheduled = false;

  const publishedKeys = () => store.published(clock.now() - KEPT_AFTER_RETIREMENT_SECONDS);
  const kids = (): Kids => {
    const [current = '', next = '', ...retired] = publishedKeys().map(({ kid }) => kid);
    return { current, next, retired };
  };
  const rotateNow = async (): Promise<Kids> => {
    // The slow part comes first and changes nothing; a kill before the transaction leaves the ring as it was.
    const newNext = await generate(clock.now());
    store.rotate(newNext, clock.now(), clock.now() - KEPT_AFTER_RETIREMENT_SECONDS);
    signing = load(store);
    log.info({ kid: signing.key.kid }, 'signing keys rotated');
    return kids();
  };
  const rotate = (): Promise<Kids> => {
    const result = rotation.then(rotateNow);
    rotation = result.catch(() => {}); // one that failed must not keep later ones from happening
    return result;
  };

  return {
    current: () => signing.key,
    published: () =>
      publishedKeys().map((key) => {
        const jwk = jwks.get(key.kid) ?? toJwk(key);
        jwks.set(key.kid, jwk);
        return jwk;
      }),
    findPublic: (kid) => {
      const published = publishedKeys().find((key) => key.kid === kid);
      if (!published) return undefined;
      const key = publicKeys.get(kid) ?? createPublicKey(published.certificate);
      publicKeys.set(kid, key);
      return key;
    },
    kids,
    rotate,
    rotateIfDue: () => {
      if (scheduled || clock.now() - signing.activatedAt < ROTATION_SECONDS) return;
      scheduled = true;
      rotate()
        .catch((error) => log.error({ reason: String(error) }, 'signing keys could not be rotated'))
        .finally(() => {
          scheduled = false;
        });
    },
    settled: () => rotation.then(() => {}),
  };
}

function load(store: SigningKeys): { key: SigningKey; activatedAt: number } {
  const row = store.findCurrent();
  if (!row) throw new Error('there is no current signing key');
  return { key: toSigningKey(row.kid, row.privateKey), activatedAt: row.activatedAt };
}
