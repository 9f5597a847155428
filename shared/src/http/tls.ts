import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';

/** A certificate chain and its private key, PEM. */
export type KeyPair = { readonly cert: string; readonly key: string };

/** Where a listener or client takes its certificate from; `pki` may write a new one at any time. */
export type KeyPairSource = {
  current(): KeyPair;
  /** @returns a function that ends the subscription. */
  onRenewal(listener: (pair: KeyPair) => void): () => void;
};

/**
 * `{directory}/{name}.pem` and `{name}.key`, as `pki` writes them.
 *
 * Files are polled: a renewal replaces them by rename, which file events on a mounted volume do not reliably show.
 * A pair that does not read well is ignored until the next change: `pki` writes the key first, then the certificate.
 */
export function keyPairFiles(directory: string, name: string, pollMs = 2_000): KeyPairSource {
  const certPath = join(directory, `${name}.pem`);
  const read = (): KeyPair => ({
    cert: readFileSync(certPath, 'utf8'),
    key: readFileSync(join(directory, `${name}.key`), 'utf8'),
  });
  return {
    current: read,
    onRenewal: (listener) => {
      const changed = () => {
        try {
          listener(read());
        } catch {
          // Half of a renewal; the other half is another change.
        }
      };
      watchFile(certPath, { interval: pollMs, persistent: false }, changed);
      return () => unwatchFile(certPath, changed);
    },
  };
}
