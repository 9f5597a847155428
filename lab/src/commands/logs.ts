import { compose, readModel } from '../docker/compose.ts';

/**
 * What the parts have to say. All are named when none is: Compose otherwise shows those only that `docker compose up`
 * shows, and the lab keeps most of them out of there.
 */
export async function logs(
  services: readonly string[],
  { follow = false, tail }: { follow?: boolean; tail: string },
): Promise<number> {
  const read = services.length > 0 ? undefined : await readModel();
  if (read && 'mistake' in read) {
    console.error(read.mistake);
    return 1;
  }
  const names = read ? Object.keys(read.model.services) : services;
  return compose('logs', '--tail', tail, ...(follow ? ['--follow'] : []), ...names);
}
