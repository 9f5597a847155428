import type { Tables } from '../tables.ts';
import type { Beginning } from './feed.ts';

/**
 * Makes the state of a follower what a new life of the lab begins with. Call in the transaction of the page that begins it.
 * @returns whether that state is another one now. Where it is not, what was followed before is left to the caller to forget.
 */
export function beginWith(tables: Tables, begun: Beginning | undefined): boolean {
  if (!begun) return false;
  // A snapshot that is not here, because this service was made later, says that there was nothing.
  if (begun.by === 'reset' || !tables.bringBack(begun.id)) tables.clear();
  return true;
}
