import type { RequestHandler, Response } from 'express';
import { remoteAddress } from './http/lifecycle.ts';

/**
 * What happened, for the person who looks: one event per handled request, newest few hundred only, in memory.
 * Recording never fails a request, and an event never holds a token, a key or a secret's value.
 */

/** What a route adds to the event of its request. */
export type EventDetails = {
  /** Azure's name of the operation: `GetSecret`, `IssueToken`. */
  operation?: string;
  /** Name of the virtual machine that asked, where the service knows it. */
  virtualMachine?: string;
  /** Name of the function app that asked. */
  site?: string;
  principalId?: string;
  clientId?: string;
  /** What the token is for. */
  audience?: string;
  /** `uti` of the token: the same at every hop. */
  tokenId?: string;
  /** Checks in the order made; the last one is the one that refused, if any did. */
  checks?: { check: string; outcome: 'passed' | 'failed'; reason?: string }[];
  /** The access decision: what was asked for, and each role assignment with its verdict. */
  decision?: {
    operation: string;
    resourceId: string;
    grantedBy: string | null;
    /** `condition`: the one that was not met. */
    considered: { assignmentId: string; roleName: string; scope: string; verdict: string; condition?: string }[];
  };
  /** Code of the error that was answered. */
  errorCode?: string;
  /** One sentence for what nothing above can say: `answered from the cache`. */
  note?: string;
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
  readonly clientRequestId?: string;
};

export type Events = {
  /** Mounted first; records when the response ends. */
  readonly record: RequestHandler;
  /** For what is asked in another protocol than HTTP. */
  add(event: Omit<FlowEvent, 'sequence' | 'service'>): void;
  /** Events after a sequence number, oldest first. */
  since(sequence: number): readonly FlowEvent[];
};

export function recentEvents(service: string, capacity = 500): Events {
  const ring: FlowEvent[] = [];
  let sequence = 0;
  const add: Events['add'] = (event) => {
    sequence += 1;
    ring.push(withoutTokens({ sequence, service, ...event }));
    if (ring.length > capacity) ring.shift();
  };
  const record: RequestHandler = (req, res, next) => {
    const started = performance.now();
    const at = new Date().toISOString();
    const address = remoteAddress(req);
    const path = req.url.split('?', 1)[0] ?? '';
    res.once('close', () => {
      // Entra's name for it has no prefix.
      const clientRequestId = (req.get('x-ms-client-request-id') ?? req.get('client-request-id'))?.slice(0, 64);
      add({
        at,
        durationMs: Math.round((performance.now() - started) * 10) / 10,
        remoteAddress: address,
        method: req.method,
        host: (req.headers.host ?? '').slice(0, 255),
        path: path.slice(0, 512),
        status: res.headersSent ? res.statusCode : 499,
        ...(clientRequestId !== undefined && { clientRequestId }),
        ...detailsOf(res),
      });
    });
    next();
  };
  return { record, add, since: (after) => ring.filter((event) => event.sequence > after) };
}

/** Adds to the event of the request that `res` answers. */
export function describe(res: Response, details: EventDetails): void {
  res.locals.event = { ...detailsOf(res), ...details };
}

const detailsOf = (res: Response): EventDetails => (res.locals.event as EventDetails | undefined) ?? {};

/** Clients put tokens where none belongs, into a path or an id, and refusals repeat what was asked for. */
function withoutTokens(event: FlowEvent): FlowEvent {
  const text = JSON.stringify(event);
  return TOKEN.test(text)
    ? JSON.parse(text, (_, value) => (isText(value) ? value.replaceAll(TOKENS, '(token)') : value))
    : event;
}

/** The beginning of a JSON Web Token's header, in base64url, and what follows. */
const TOKEN = /eyJ[\w-]{10,}[\w.-]*/;
const TOKENS = new RegExp(TOKEN, 'g');

const isText = (value: unknown): value is string => typeof value === 'string';
