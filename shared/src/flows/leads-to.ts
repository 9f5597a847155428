import { type Entry, handsOut, machineOf } from './entry.ts';

/**
 * Whether what happened is what led to what happened next on the same machine, though no id ties them together: a name is
 * looked up and then asked, an answer says to try again or to get a token, and a client finds out what it is about to use.
 */
export function leadsTo(before: Entry, after: Entry): boolean {
  const gapMs = after.start - before.start;
  if (before.hasLed || gapMs < 0 || gapMs > MOST_MS) return false;
  if (before.event.service === 'dns') return isSameMachine(before, after) && isLookup(before, after, gapMs);
  if (after.event.service === 'dns' || !mayBeSameMachine(before, after)) return false;
  return isTriedAgain(before, after, gapMs) || isChallenge(before, after, gapMs) || isDiscovery(before, after, gapMs);
}

const MOST_MS = 40_000;
const AT_ONCE_MS = 3_000;

const isLookup = (before: Entry, after: Entry, gapMs: number): boolean =>
  gapMs < AT_ONCE_MS && after.event.host.replace(/:\d+$/, '').toLowerCase() === before.event.host.toLowerCase();

/**
 * SDKs ask IMDS once without its header, to see whether it is there, and wait for up to half a minute between tries.
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#retry-guidance
 */
function isTriedAgain(before: Entry, after: Entry, gapMs: number): boolean {
  const { service, status, audience } = before.event;
  if (service !== after.event.service || !handsOut(service) || status < 400) return false;
  if (audience !== undefined && after.event.audience !== undefined && audience !== after.event.audience) return false;
  return gapMs < (AGAIN.has(status) || status >= 500 ? MOST_MS : AT_ONCE_MS);
}

const AGAIN: ReadonlySet<number> = new Set([404, 410, 429, 499]);

/** Asked without a token, to hear which one is needed. */
const isChallenge = (before: Entry, after: Entry, gapMs: number): boolean =>
  gapMs < AT_ONCE_MS &&
  before.event.status === 401 &&
  !handsOut(before.event.service) &&
  handsOut(after.event.service) &&
  before.event.checks?.at(-1)?.check === 'bearer token';

/** What Entra publishes, read before a token is asked for. */
const isDiscovery = (before: Entry, after: Entry, gapMs: number): boolean =>
  gapMs < AT_ONCE_MS &&
  before.event.service === 'entra' &&
  after.event.service === 'entra' &&
  before.event.operation !== undefined &&
  DISCOVERY.has(before.event.operation) &&
  (after.event.operation === 'IssueToken' || DISCOVERY.has(after.event.operation ?? ''));

const DISCOVERY: ReadonlySet<string> = new Set(['DiscoverInstance', 'GetOpenIdConfiguration']);

const isSameMachine = (one: Entry, other: Entry): boolean =>
  machineOf(one) !== undefined && machineOf(one) === machineOf(other);

/** Where all addresses are the same, as on loopback, a request without a token is nobody's. */
const mayBeSameMachine = (one: Entry, other: Entry): boolean =>
  isSameMachine(one, other) || machineOf(one) === undefined || machineOf(other) === undefined;
