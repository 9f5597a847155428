/**
 * The life of a managed identity's key pair: made, handed over, confirmed, renewed at half of its life. Pure decisions;
 * `upstream/certificates.ts` acts on them.
 */

/** A key pair of a managed identity. Times are epoch seconds. */
export type IdentityKey = {
  readonly id: number;
  readonly clientId: string;
  /** PEM, self-signed. */
  readonly certificate: string;
  /** PEM. Never leaves this service. */
  readonly privateKey: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** The epoch of `arm`'s database in which `entra` was known to have the certificate; null until then. */
  readonly confirmedIn: string | null;
};

export type IdentityKeys = {
  /** Oldest first. */
  of(clientId: string): readonly IdentityKey[];
  add(key: Omit<IdentityKey, 'id' | 'confirmedIn'>): void;
  /** Marks a key as known to `entra`; the identity's older keys are of no more use and go, their certificates retire. */
  confirm(key: IdentityKey, epoch: string, now: number): void;
  /** Certificates of an identity that retired at this time or later, oldest first. */
  retired(clientId: string, since: number): readonly string[];
};

export const LIFE_SECONDS = 90 * 86_400;

/**
 * How long `entra` keeps a certificate after the last assertion was signed with its key: as long as that assertion is good
 * for. However quickly one key follows the other, none is refused that was under way.
 */
export const RETIRED_SECONDS = 600;

/**
 * What is to be done for an identity: its newest key is renewed at half of its life, and handed over until it is
 * confirmed. A confirmation counts within one epoch only: after a reset, `arm` and `entra` know nothing of it.
 * @param replaced Id of a key that is to be renewed before its time.
 */
export function nextStep(
  keys: readonly IdentityKey[],
  { epoch, now, replaced }: { epoch: string; now: number; replaced?: number | undefined },
): 'make' | 'hand over' | 'rest' {
  const newest = keys.at(-1);
  // One from the future was made before the lab's clock was set back: `entra` would not take it yet.
  if (!newest || now < newest.notBefore || now >= halfLife(newest) || newest.id === replaced) return 'make';
  return newest.confirmedIn === epoch ? 'rest' : 'hand over';
}

/** The newest key that `entra` is known to have: a new one is used only after its confirmation. */
export const signingKey = (keys: readonly IdentityKey[], epoch: string, now: number): IdentityKey | undefined =>
  keys.findLast(({ confirmedIn, notBefore, notAfter }) => confirmedIn === epoch && notBefore <= now && now < notAfter);

const halfLife = ({ notBefore, notAfter }: IdentityKey) => (notBefore + notAfter) / 2;
