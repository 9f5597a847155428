import { byTime, type Entry, entryOf, type FlowMark, handsOut, isDuring } from './entry.ts';
import { leadsTo } from './leads-to.ts';

/** Events that belong together, by time. Its id is that of its first event. */
export type Flow<E extends FlowMark = FlowMark> = { readonly id: string; readonly events: readonly E[] };

export type FlowBook<E extends FlowMark> = {
  /** One that it has already changes nothing. */
  add(event: E): void;
  /**
   * By the id of any of its events: flows grow, and join. Undefined: it is not remembered, any more. The same object for as
   * long as nothing of it changes.
   */
  find(eventId: string): Flow<E> | undefined;
  /** The id of its flow, as far as is known by now. */
  flowIdOf(eventId: string): string | undefined;
  /** The id of the event because of which it happened, and during it. */
  parentOf(eventId: string): string | undefined;
  /** Newest first. */
  flows(): Flow<E>[];
};

/**
 * Which events are parts of one flow. They may come in any order, and what comes later may join two flows.
 *
 * - What has one client request id is one flow: the challenge of Key Vault and the request after it. So is one trace.
 * - A token that is handed out belongs to the flow that uses it first, by its `uti`; later uses are flows of their own.
 * - What one service asks another while it answers a request belongs to that request.
 * - What no id ties together, and yet leads to what comes next: see `leads-to.ts`.
 *
 * @param most Events that are remembered; the oldest go first.
 */
export function flowBook<E extends FlowMark>(most = 5_000): FlowBook<E> {
  type Known = Entry<E> & { group: Group };
  /** `flow`: as it was told last; none where anything of it has changed since. */
  type Group = { members: Known[]; flow?: Flow<E> | undefined };
  const known = new Map<string, Known>();
  const byRequest = new Map<string, Known>();
  const byTrace = new Map<string, Known>();
  const byToken = new Map<string, Known[]>();
  const atService = new Map<string, Known[]>();
  const orphans = new Map<string, Known[]>();
  let recent: Known[] = [];

  const join = (one: Known, other: Known): void => {
    if (one.group === other.group || !known.has(one.id) || !known.has(other.id)) return;
    const [into, from] =
      one.group.members.length >= other.group.members.length ? [one.group, other.group] : [other.group, one.group];
    for (const member of from.members) member.group = into;
    into.members = [...into.members, ...from.members].sort(byTime);
    into.flow = undefined;
  };
  const joinBy = (map: Map<string, Known>, key: string | undefined, entry: Known): void => {
    if (key === undefined) return;
    const before = map.get(key);
    if (before && Math.abs(before.start - entry.start) < ONE_WISH_MS) join(before, entry);
    keep(map, key, entry, most);
  };
  const nest = (inner: Known, outer: Known): void => {
    if (inner.parent === outer) return;
    inner.parent = outer;
    inner.group.flow = undefined;
    join(outer, inner);
  };

  /** From the first on, every time: they are few, and one that comes late may have come before the others. */
  const joinByToken = (entry: Known): void => {
    const { tokenId } = entry.event;
    if (tokenId === undefined) return;
    const all = [...(byToken.get(tokenId) ?? []), entry].sort(byTime).slice(-MOST_OF_A_TOKEN);
    keep(byToken, tokenId, all, most);
    let handout: Known | undefined;
    for (const one of all) {
      const inHandout = handout !== undefined && isDuring(one, handout);
      if (handsOut(one.event.service)) {
        if (handout && inHandout) nest(one, handout);
        else handout = one;
      } else if (handout) {
        join(handout, one);
        handout = undefined;
      }
    }
  };

  const joinByCaller = (entry: Known): void => {
    const { service, caller } = entry.event;
    const outer = caller === undefined ? undefined : bestOuter(entry, atService.get(caller) ?? []);
    if (outer && !entry.parent) nest(entry, outer);
    else if (caller !== undefined) push(orphans, caller, entry, MOST_ORPHANS);
    push(atService, service, entry, MOST_AT_SERVICE);
    for (const inner of orphans.get(service) ?? []) {
      if (!inner.parent && isDuring(inner, entry) && isOfSameClient(inner, entry)) nest(inner, entry);
    }
  };

  const joinByTime = (entry: Known): void => {
    for (const other of recent) {
      const [before, after] = byTime(other, entry) <= 0 ? [other, entry] : [entry, other];
      if (!leadsTo(before, after)) continue;
      before.hasLed = true;
      join(before, after);
    }
    recent = [...recent.slice(1 - MOST_RECENT), entry];
  };

  const forgetOldest = (): void => {
    for (const [id, entry] of known) {
      if (known.size <= most) return;
      known.delete(id);
      entry.group.members = entry.group.members.filter((member) => member !== entry);
      entry.group.flow = undefined;
    }
  };

  const toFlow = (group: Group): Flow<E> => {
    group.flow ??= { id: group.members[0]?.id ?? '', events: group.members.map(({ event }) => event) };
    return group.flow;
  };

  return {
    add: (event) => {
      const group: Group = { members: [] };
      const entry: Known = { ...entryOf(event), group };
      if (known.has(entry.id)) return;
      group.members.push(entry);
      known.set(entry.id, entry);
      forgetOldest();
      joinBy(byRequest, event.clientRequestId, entry);
      joinBy(byTrace, event.traceparent?.split('-')[1], entry);
      joinByToken(entry);
      joinByCaller(entry);
      joinByTime(entry);
    },
    find: (id) => {
      const group = known.get(id)?.group;
      return group && toFlow(group);
    },
    flowIdOf: (id) => known.get(id)?.group.members[0]?.id,
    parentOf: (id) => known.get(id)?.parent?.id,
    flows: () => {
      const groups = new Set([...known.values()].map(({ group }) => group));
      return [...groups].sort((one, other) => startOf(other) - startOf(one)).map(toFlow);
    },
  };
}

const startOf = ({ members }: { members: readonly Entry[] }): number => members[0]?.start ?? 0;

/** An id that comes again later is another wish: some clients have one for as long as they run. */
const ONE_WISH_MS = 60_000;
const MOST_OF_A_TOKEN = 16;
const MOST_AT_SERVICE = 200;
const MOST_ORPHANS = 50;
const MOST_RECENT = 64;

/** Of all requests that a service was answering, the one that began last, and of the same client where that is known. */
const bestOuter = <K extends Entry>(inner: K, candidates: readonly K[]): K | undefined =>
  candidates
    .filter((outer) => isDuring(inner, outer) && isOfSameClient(inner, outer))
    .sort(byTime)
    .at(-1);

const isOfSameClient = ({ event: one }: Entry, { event: other }: Entry): boolean =>
  one.clientId === undefined || other.clientId === undefined || one.clientId === other.clientId;

function keep<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

function push<V>(map: Map<string, V[]>, key: string, value: V, most: number): void {
  const list = map.get(key);
  if (!list) map.set(key, [value]);
  else {
    list.push(value);
    if (list.length > most) list.shift();
  }
}
