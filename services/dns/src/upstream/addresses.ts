import type { Log } from '@lab/shared/log.ts';
import type { Clients } from '../domain/clients.ts';
import type { Zone } from '../domain/zones.ts';

const FRESH_MS = 2_000;

/**
 * Where the services of the zones are, by the one name that each has on `azure`: Docker's own resolver knows it, and is
 * asked for nothing else. A container that is made anew has another address, so what was found is good for two seconds;
 * while the service is away, the last address stays.
 *
 * @param lookup All IPv4 addresses of a name; rejects when there is none.
 * @param clients An address outside the lab's subnet is not believed, whoever gave it.
 */
export function serviceAddresses({
  lookup,
  clients,
  log,
  now = () => performance.now(),
}: {
  lookup: (name: string) => Promise<readonly string[]>;
  clients: Clients;
  log: Log;
  now?: () => number;
}): (zone: Zone) => Promise<string | undefined> {
  type Known = { address: string | undefined; askedAt: number; asking?: Promise<void> | undefined };
  const known = new Map<string, Known>();
  return async ({ suffix, service }) => {
    const entry: Known = known.get(suffix) ?? { address: undefined, askedAt: Number.NEGATIVE_INFINITY };
    known.set(suffix, entry);
    if (now() - entry.askedAt >= FRESH_MS) {
      entry.asking ??= lookup(suffix)
        .then((addresses) => {
          const found = addresses.find(clients);
          if (found !== undefined) entry.address = found;
        })
        .catch((error) => {
          if (entry.address === undefined) log.warn({ service, reason: String(error) }, 'its address is not known yet');
        })
        .finally(() => {
          entry.askedAt = now();
          entry.asking = undefined;
        });
      await entry.asking;
    }
    return entry.address;
  };
}
