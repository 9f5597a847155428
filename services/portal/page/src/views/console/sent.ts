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

/** What the service that got it saw, as soon as that is known. */
export function eventOf({ draft, workload, after }: Sent, events: readonly FlowEvent[]): FlowEvent | undefined {
  const host = draft.headers.find(([name]) => name.trim().toLowerCase() === 'host')?.[1] ?? hostIn(draft.url);
  const later = events.slice(after ? events.lastIndexOf(after) + 1 : 0);
  return later.find(
    (event) =>
      event.method === draft.method &&
      withoutPort(event.host) === withoutPort(host) &&
      (event.workload === undefined || event.workload === workload),
  );
}

const hostIn = (url: string): string =>
  /^\$\{?(IDENTITY|MSI)_ENDPOINT/.test(url) ? '169.254.129.2' : URL.canParse(url) ? new URL(url).host : '';

const withoutPort = (host: string): string => host.trim().toLowerCase().replace(/:\d+$/, '');
