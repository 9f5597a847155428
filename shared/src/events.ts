import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { type Exchange, exchangeOf } from './event-exchange.ts';
import { withoutSecrets, withoutTokens } from './event-redaction.ts';
import type { CheckName, Note, VerdictName } from './event-words.ts';
import { peerOf } from './fabric/peers.ts';
import { remoteAddress } from './http/lifecycle.ts';
import type { ShownToken } from './tokens/shown-token.ts';

/**
 * What happened, for the person who looks: one event per handled request, newest few hundred only, in memory.
 * Recording never fails a request, and an event never holds a token, a key or a secret's value.
 */

/** One check that was made; `reason`, in Azure's or the lab's words, where it refused. */
export type CheckMade = { check: CheckName; outcome: 'passed' | 'failed'; reason?: string };

/** An access decision: what was asked for, and each role assignment with its verdict. */
export type DecisionMade = {
  operation: string;
  resourceId: string;
  grantedBy: string | null;
  /** `condition`: the one that was not met. */
  considered: { assignmentId: string; roleName: string; scope: string; verdict: VerdictName; condition?: string }[];
  /** How many more were considered than are shown; absent where all of them are. */
  leftOut?: number;
};

/** What a route adds to the event of its request. */
export type EventDetails = {
  /** Azure's name of the operation: `GetSecret`, `IssueToken`. */
  operation?: string;
  /** Name of the virtual machine that asked, or that the token was issued for, where the service knows it. */
  virtualMachine?: string;
  /** Name of the function app, likewise. */
  site?: string;
  /** Name of the workload that sent the request: of a service of the lab, or of a machine that is known by its address. */
  caller?: string;
  /** What the lab API calls that machine: `app`. */
  workload?: string;
  principalId?: string;
  clientId?: string;
  /** What the token is for. */
  audience?: string;
  /** `uti` of the token: the same at every hop. */
  tokenId?: string;
  /** Checks in the order made; the last one is the one that refused, if any did. */
  checks?: CheckMade[];
  /** The access decision; of several, the one that refused, or the first. */
  decision?: DecisionMade;
  /** The other decisions of a request that needed several. */
  furtherDecisions?: DecisionMade[];
  /** Code of the error that was answered, and its text. */
  errorCode?: string;
  errorMessage?: string;
  /** Id of the fault that struck the request. */
  fault?: string;
  /** One sentence for what nothing above can say: `answered from the cache`. */
  note?: Note;
  /** Which the client gave its request. */
  clientRequestId?: string;
  /** The token that was presented, of a bearer or as a client's assertion, decoded and without its signature. */
  token?: ShownToken;
  /** The token that was given out, likewise. */
  issued?: ShownToken;
};

export type FlowEvent = EventDetails & {
  readonly sequence: number;
  readonly service: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  readonly durationMs: number;
  readonly remoteAddress: string;
  readonly method: string;
  readonly host: string;
  /** Path without the query. */
  readonly path: string;
  /** 499, as nginx has it, where the connection ended before the answer began. */
  readonly status: number;
  /** As the client sent it: https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent?: string;
  /** What was sent and answered besides, of names that say why it went as it did. */
  readonly request?: Exchange['request'];
  readonly response?: Exchange['response'];
  /** Which flow it is a part of, as far as is known by now. Put on by the portal. */
  readonly flow?: string;
};

export type Events = {
  /** Of this life of the service: another one counts from one again, and what was remembered before is gone. */
  readonly epoch: string;
  /** Mounted first; records when the response ends. */
  readonly record: RequestHandler;
  /** For what is asked in another protocol than HTTP. */
  add(event: Omit<FlowEvent, 'sequence' | 'service'>): void;
  /** Sequence number of the newest one; 0 when there has been none. */
  latest(): number;
  /** Events after a sequence number, oldest first. */
  since(sequence: number): readonly FlowEvent[];
};

/** @param limits What is remembered at most: events, and characters of all of them as JSON. */
export function recentEvents(
  service: string,
  { most = 500, mostCharacters = 4 * 1024 * 1024 }: { most?: number; mostCharacters?: number } = {},
): Events {
  const ring: { event: FlowEvent; size: number }[] = [];
  let sequence = 0;
  let total = 0;
  const add: Events['add'] = (event) => {
    const kept = withoutSecrets({ sequence: sequence + 1, service, ...event });
    sequence += 1;
    ring.push(kept);
    total += kept.size;
    while (ring.length > most || total > mostCharacters) total -= ring.shift()?.size ?? 0;
  };
  const record: RequestHandler = (req, res, next) => {
    const started = performance.now();
    const at = new Date().toISOString();
    const address = remoteAddress(req);
    const peer = peerOf(req);
    const { url } = req; // as it came: what is mounted later may change it
    const path = url.split('?', 1)[0] ?? '';
    res.once('close', () => {
      // Entra's name for it has no prefix.
      const clientRequestId = req.get('x-ms-client-request-id') ?? req.get('client-request-id');
      const traceparent = req.get('traceparent');
      const request = {
        at,
        durationMs: Math.round((performance.now() - started) * 10) / 10,
        remoteAddress: address,
        method: req.method,
        host: withoutTokens((req.headers.host ?? '').slice(0, 4_096)).slice(0, 255),
        // Before it is cut: the rest of a token is none any more.
        path: withoutTokens(path).slice(0, 512),
        status: res.headersSent ? res.statusCode : 499,
        ...(clientRequestId !== undefined && { clientRequestId: withoutTokens(clientRequestId).slice(0, 64) }),
        ...(traceparent !== undefined && TRACEPARENT.test(traceparent) && { traceparent }),
        ...(peer !== undefined && { caller: peer }),
      };
      try {
        add({ ...request, ...exchangeOf(req, res, url), ...detailsOf(res) });
      } catch {
        // Nobody would catch it here, and the service would end.
        add({ ...request, note: 'what its route said of it cannot be kept' });
      }
    });
    next();
  };
  return {
    epoch: randomBytes(6).toString('base64url'),
    record,
    add,
    latest: () => sequence,
    since: (after) => ring.filter(({ event }) => event.sequence > after).map(({ event }) => event),
  };
}

/** Neither id may be all zeros. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Adds to the event of the request that `res` answers. */
export function describe(res: Response, details: EventDetails): void {
  res.locals.event = { ...detailsOf(res), ...details };
}

export const detailsOf = (res: Response): EventDetails => (res.locals.event as EventDetails | undefined) ?? {};
