import type { FlowEvent } from '@lab/shared/events.ts';
import type { Response } from 'express';
import { z } from 'zod';
import { Cursor, decodeCursor } from '../domain/event-cursor.ts';
import { EventFilter } from '../domain/event-filter.ts';
import type { EventStreams, Viewer } from '../domain/event-streams.ts';
import type { LabEvents } from '../domain/lab-events.ts';
import { concerns, type Place } from '../domain/place.ts';
import type { Places } from '../domain/places.ts';
import { FlowEventBody } from './event-body.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     GET /lab/v1/events?since&service&workload&uti&clientRequestId&outcome&limit   200 { events, cursor, unheard, missed }
 *     GET /lab/v1/events/stream?since&service&…                                     200 text/event-stream
 */
export const eventOperations = ({
  events,
  streams,
  places,
  heartbeatMs = 5_000,
}: {
  events: LabEvents;
  streams: EventStreams;
  places: Pick<Places, 'lately'>;
  heartbeatMs?: number;
}): Operation[] => [
  operation({
    method: 'get',
    path: '/events',
    operationId: 'listEvents',
    summary: 'What happened at the services of the lab',
    access: 'token',
    participants: 'own part',
    query: EventQuery,
    answers: { 200: { description: 'A page of events, of each service in its order.', body: EventPageBody } },
    handle: async ({ query: { since, limit, ...filter }, place }, _req, res) => {
      const sees = place && ((event: FlowEvent) => concerns(place, event));
      res.json(await events({ positions: positionsOf(since) ?? {}, filter, limit, sees }));
    },
  }),
  operation({
    method: 'get',
    path: '/events/stream',
    operationId: 'streamEvents',
    summary: 'What happens at the services of the lab, as server-sent events from now on or after a cursor',
    access: 'token',
    participants: 'own part',
    query: StreamQuery,
    headers: StreamHeaders,
    answers: {
      200: {
        description: 'Server-sent events: `id` is the cursor, `data` an event as JSON.',
        type: 'text/event-stream',
      },
      429: { description: 'Too many streams are open.', body: ErrorBody },
    },
    handle: ({ query: { since, ...filter }, headers, place }, req, res) => {
      const positions = positionsOf(headers['last-event-id'] ?? since);
      // Of headers only there is nothing to watch.
      if (req.method !== 'HEAD') {
        const viewer = place && viewerAt(place, places);
        const stop = streams.watch({ positions, filter, watcher: eventStream(res, heartbeatMs), viewer });
        res.once('close', stop);
      }
      res.setHeader('Content-Type', 'text/event-stream'); // as the standard has it: without a charset
      if (req.method === 'HEAD') res.end();
      else res.flushHeaders();
    },
  }),
];

/** While somebody watches, machines and identities in their group come and go. */
const viewerAt = ({ participant }: Place, { lately }: Pick<Places, 'lately'>): Viewer => ({
  name: participant,
  sees: (event) => {
    const place = lately(participant);
    return place !== undefined && concerns(place, event);
  },
});

/** A reader that leaves this much lying loses its stream, and resumes it where it was. */
const MOST_UNREAD = 4 * 1024 * 1024;

/**
 * Server-sent events. What moves on without an event to tell is told as a bare `id`, at the first round and then with each
 * heartbeat, so that a reader resumes after what its filter left out.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
function eventStream(res: Response, heartbeatMs: number) {
  let toldAt: number | undefined;
  const write = (text: string) => {
    if (res.destroyed || res.writableEnded) return;
    toldAt = performance.now();
    res.write(text);
    if (res.writableLength > MOST_UNREAD) res.destroy();
  };
  return {
    event: (event: unknown, cursor: string) => write(`id: ${cursor}\ndata: ${JSON.stringify(event)}\n\n`),
    settled: (cursor: string) => {
      if (toldAt === undefined || performance.now() - toldAt >= heartbeatMs) write(`id: ${cursor}\n: heartbeat\n\n`);
    },
    ended: () => res.end(),
  };
}

const positionsOf = (cursor: string | undefined) => (cursor === undefined ? undefined : decodeCursor(cursor));

const SINCE = Cursor.optional().meta({ description: 'A cursor: events after it. Absent: all that is remembered.' });

const EventQuery = EventFilter.extend({
  since: SINCE,
  limit: z.coerce.number().int().min(1).max(1_000).default(100).meta({ description: 'Events per page.' }),
});

const StreamQuery = EventFilter.extend({
  since: Cursor.optional().meta({ description: 'A cursor: events after it. Absent: from now on.' }),
});

const StreamHeaders = z.object({
  'last-event-id': Cursor.optional().meta({ description: 'What a browser sends when it resumes; before `since`.' }),
});

const EventPageBody = z.strictObject({
  events: z.array(FlowEventBody),
  cursor: z.string().meta({ description: 'Where to ask on from.' }),
  unheard: z.array(z.string()).meta({ description: 'Services that could not be asked, such as those of a profile.' }),
  missed: z.array(z.string()).meta({ description: 'Services that have forgotten events after the cursor.' }),
});
