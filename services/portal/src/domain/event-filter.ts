import type { FlowEvent } from '@lab/shared/events.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';
import { EVENT_SERVICES } from './services.ts';

/** Which events somebody wants to see; what is absent narrows nothing. Also the query of the routes. */
export const EventFilter = z.strictObject({
  service: z.enum(EVENT_SERVICES).optional().meta({ description: 'Events of this service only.' }),
  workload: z.string().max(100).optional().meta({
    description: 'Name of the machine that sent the request, or that its token was issued to.',
  }),
  uti: z.string().max(100).optional().meta({ description: 'Of the token, in `tokenId`: the same at every hop.' }),
  clientRequestId: z.string().max(64).optional().meta({ description: 'Which the client gave its request.' }),
  outcome: z.enum(['succeeded', 'failed']).optional().meta({ description: '`failed`: a status of 400 or more.' }),
});
export type EventFilter = z.infer<typeof EventFilter>;

export const matchesFilter = (filter: EventFilter, event: FlowEvent): boolean =>
  (filter.service === undefined || filter.service === event.service) &&
  (filter.workload === undefined || isOf(filter.workload, event)) &&
  (filter.uti === undefined || filter.uti === event.tokenId) &&
  (filter.clientRequestId === undefined || filter.clientRequestId === event.clientRequestId) &&
  (filter.outcome === undefined || filter.outcome === (event.status < 400 ? 'succeeded' : 'failed'));

const isOf = (name: string, { caller, workload, virtualMachine, site }: FlowEvent): boolean =>
  [caller, workload, virtualMachine, site].some((known) => known !== undefined && sameText(known, name));
