import type { Fault } from './fault.ts';

/**
 * Whether a fault still strikes: it is neither used up nor over. Pages use this file too, so that it imports types alone.
 * @param now Milliseconds of the system, whatever time the lab has.
 */
export const isInForce = ({ remaining, until }: Pick<Fault, 'remaining' | 'until'>, now: number): boolean =>
  remaining !== 0 && (until === undefined || now < Date.parse(until));
