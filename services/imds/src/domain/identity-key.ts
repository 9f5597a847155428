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
  /** Marks a key as known to `entra`; the identity's older keys are of no more use and go. */
  confirm(key: IdentityKey, epoch: string): void;
};

export const LIFE_SECONDS = 90 * 86_400;

/**
 * What is to be done for an identity: its newest key is renewed at half of its life, and handed over until it is
 * confirmed. A confirmation counts within one epoch only: after a reset, `arm` and `entra` know nothing of it.
 */
export function nextStep(keys: readonly IdentityKey[], epoch: string, now: number): 'make' | 'hand over' | 'rest' {
  const newest = keys.at(-1);
  if (!newest || now >= halfLife(newest)) return 'make';
  return newest.confirmedIn === epoch ? 'rest' : 'hand over';
}

/** The newest key that `entra` is known to have: a new one is used only after its confirmation. */
export const signingKey = (keys: readonly IdentityKey[], epoch: string, now: number): IdentityKey | undefined =>
  keys.findLast(({ confirmedIn, notAfter }) => confirmedIn === epoch && now < notAfter);

const halfLife = ({ notBefore, notAfter }: IdentityKey) => (notBefore + notAfter) / 2;
