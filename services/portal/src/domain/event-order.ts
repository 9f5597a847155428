import type { FlowEvent } from '@lab/shared/events.ts';

/**
 * Events of several services as one list, by the time at which they began. The order of each service stays as it is: that
 * of their ends, so a list sorted by time alone would break it, and with it every cursor.
 */
export function inOrder(lists: readonly (readonly FlowEvent[])[]): FlowEvent[] {
  const heads = lists.map(() => 0);
  const merged: FlowEvent[] = [];
  for (;;) {
    let earliest: FlowEvent | undefined;
    let from = -1;
    for (const [index, list] of lists.entries()) {
      const head = list[heads[index] ?? 0];
      if (head && (earliest === undefined || head.at < earliest.at)) [earliest, from] = [head, index];
    }
    if (earliest === undefined) return merged;
    merged.push(earliest);
    heads[from] = (heads[from] ?? 0) + 1;
  }
}
