import type { FlowEvent } from '@lab/shared/events.ts';
import { z } from 'zod';
import type { LabFlows } from '../domain/lab-flows.ts';
import { concerns, type Place } from '../domain/place.ts';
import { FlowEventBody } from './event-body.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     GET /lab/v1/flows?workload&limit    200 { flows }
 *     GET /lab/v1/flows/{id}              200 { id, steps }
 *     GET /lab/v1/flows/{id}/mermaid      200 text/plain
 */
export const flowOperations = (flows: LabFlows): Operation[] => [
  operation({
    method: 'get',
    path: '/flows',
    operationId: 'listFlows',
    summary: 'What clients wanted of the lab, newest first: each is all requests that one wish led to',
    access: 'token',
    participants: 'own part',
    query: FlowQuery,
    answers: { 200: { description: 'The newest flows.', body: z.strictObject({ flows: z.array(SummaryBody) }) } },
    handle: async ({ query, place }, _req, res) => {
      res.json({ flows: await flows.list({ ...query, sees: seesOf(place) }) });
    },
  }),
  operation({
    method: 'get',
    path: '/flows/{id}',
    operationId: 'getFlow',
    summary: 'A flow, step by step',
    access: 'token',
    participants: 'own part',
    parameters: FlowPath,
    answers: { 200: { description: 'By time.', body: FlowBody }, 404: NOT_FOUND },
    handle: async ({ parameters: { id }, place }, _req, res) => {
      res.json(await flows.steps(id, seesOf(place)));
    },
  }),
  operation({
    method: 'get',
    path: '/flows/{id}/mermaid',
    operationId: 'getFlowDiagram',
    summary: 'A flow as a sequence diagram of Mermaid',
    access: 'token',
    participants: 'own part',
    parameters: FlowPath,
    answers: { 200: { description: 'Begins with `sequenceDiagram`.', type: 'text/plain' }, 404: NOT_FOUND },
    handle: async ({ parameters: { id }, place }, _req, res) => {
      res.type('text/plain').send(await flows.mermaid(id, seesOf(place)));
    },
  }),
];

const seesOf = (place: Place | undefined) => place && ((event: FlowEvent) => concerns(place, event));

const NOT_FOUND = { description: 'No such flow, or forgotten by now.', body: ErrorBody };

const FlowPath = z.object({
  id: z
    .string()
    .regex(/^[a-z]{1,20}-\d{1,12}-[0-9a-z]{1,12}$/, 'is no id of an event')
    .meta({ description: 'Of the flow, or of any event of it: flows grow, and join.' }),
});

const FlowQuery = z.strictObject({
  workload: z.string().max(100).optional().meta({ description: 'Flows that this machine has a part in.' }),
  limit: z.coerce.number().int().min(1).max(500).default(50).meta({ description: 'How many.' }),
});

const outcome = z.enum(['succeeded', 'challenged', 'failed']);

const SentenceBody = z
  .strictObject({ key: z.string(), values: z.record(z.string(), z.string()) })
  .meta({ description: 'What happened, as the key of a text of the page and what stands in it.' });

const SummaryBody = z.strictObject({
  id: z.string(),
  at: z.string(),
  durationMs: z.number(),
  workload: z.string().optional(),
  services: z.array(z.string()),
  steps: z.number(),
  outcome,
  title: SentenceBody,
});

const FlowBody = z.strictObject({
  id: z.string().meta({ description: 'Of its first event.' }),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      number: z.number(),
      at: z.string(),
      offsetMs: z.number(),
      durationMs: z.number(),
      source: z.string().meta({ description: 'Who asked: a machine or a service.' }),
      target: z.string().meta({ description: 'The service that was asked.' }),
      outcome,
      sentence: SentenceBody,
      parent: z.string().optional().meta({ description: 'The step because of which it was taken.' }),
      event: FlowEventBody,
    }),
  ),
});
