import type { FlowEvent, LabResponse } from '@managed-identity-lab/client';
import type { Draft } from './draft.ts';

/** A request that was sent, and what came of it. */
export type Sent = {
  readonly id: number;
  readonly workload: string;
  readonly machine: string;
  /** As it was written: the token in it is still `$TOKEN`. */
  readonly draft: Draft;
  /** Absent: it is under way. */
  readonly response?: LabResponse | undefined;
  /** What the lab API said where it refused. */
  readonly error?: Error | undefined;
  /** The newest event before it was sent. */
  readonly after?: FlowEvent | undefined;
};

export const MOST_SENT = 20;

/**
 * What the service that got it saw, as soon as that is known: the event with the id that it answered with. Some services tell
 * none of theirs; it is the first then that is like the request, of those that came after. A page that is new hears of older
 * ones as well.
 */
export function eventOf(
  { draft, workload, after, response }: Sent,
  events: readonly FlowEvent[],
): FlowEvent | undefined {
  const id = response && 'status' in response ? headerOf(response.headers, REQUEST_ID) : undefined;
  const idOf = (event: FlowEvent) => event.response?.headers[REQUEST_ID];
  const own = id === undefined ? undefined : events.findLast((event) => idOf(event) === id);
  if (own) return own;
  const host = headerOf(draft.headers, 'host') ?? hostIn(draft.url);
  const later = events.slice(after ? events.lastIndexOf(after) + 1 : 0);
  return later.find(
    (event) =>
      event.method === draft.method &&
      withoutPort(event.host) === withoutPort(host) &&
      (event.workload === undefined || event.workload === workload) &&
      (id === undefined || idOf(event) === undefined),
  );
}

const REQUEST_ID = 'x-ms-request-id';

const headerOf = (headers: Draft['headers'], wanted: string): string | undefined =>
  headers.find(([name]) => name.trim().toLowerCase() === wanted)?.[1];

const hostIn = (url: string): string =>
  /^\$\{?(IDENTITY|MSI)_ENDPOINT/.test(url) ? '169.254.129.2' : URL.canParse(url) ? new URL(url).host : '';

const withoutPort = (host: string): string => host.trim().toLowerCase().replace(/:\d+$/, '');
