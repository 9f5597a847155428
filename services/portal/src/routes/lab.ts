import { AzureError } from '@lab/shared/azure-error.ts';
import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import type { FlowRuns } from '../domain/flow-runs.ts';
import type { LabHealth } from '../domain/lab-health.ts';
import { WorkloadRun } from '../domain/workloads.ts';
import { onlyJson } from '../guards.ts';
import { FlowEventBody } from './event-body.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/** What the page itself asks for, open to who gets past its guards: how the lab is, and runs of the sample program. */
export const labOperations = ({ health, runs }: { health: LabHealth; runs: FlowRuns }): Operation[] => [
  operation({
    method: 'get',
    path: '/health',
    operationId: 'getHealth',
    summary: 'How every part of the lab is',
    access: 'open',
    query: z.object({}),
    answers: { 200: { description: 'Every part, ready or not.', body: HealthBody } },
    handle: async (_input, _req, res) => {
      res.json(await health());
    },
  }),
  operation({
    method: 'post',
    path: '/workloads/{name}/run',
    operationId: 'runWorkload',
    summary: 'Runs the sample program on a machine, and says what came of it at each hop',
    access: 'open',
    parameters: z.object({ name: z.string() }),
    query: z.object({}),
    body: z
      .unknown()
      .meta({ type: 'object', additionalProperties: false, description: 'Empty: a run takes no parameters.' }),
    before: [onlyJson, jsonBody],
    answers: {
      200: { description: 'What the program saw, and the services on the way.', body: RunBody },
      404: { description: 'There is no such workload.', body: ErrorBody },
      409: { description: 'The program is running there already.', body: ErrorBody },
      429: { description: 'Too many runs are waiting.', body: ErrorBody },
      503: { description: 'The workload cannot be asked.', body: ErrorBody },
    },
    handle: async ({ parameters: { name } }, req, res) => {
      if (!runs.names.includes(name)) throw workloadNotFound();
      if (!NoParameters.safeParse(req.body ?? {}).success) throw noParameters();
      res.json(await runs.run(name));
    },
  }),
];

/** A person chooses which machine, and nothing else: no URL, no secret, no code. */
export const NoParameters = z.strictObject({});

const readJson = express.json({ limit: '4kb', inflate: false });

/** A body of another type would be passed over unread, and what it asks for with it. There may be none. */
export const jsonBody: RequestHandler = (req, res, next) => {
  const isEmpty = req.headers['transfer-encoding'] === undefined && Number(req.headers['content-length'] ?? 0) === 0;
  if (isEmpty) return next();
  onlyJson(req, res, () => readJson(req, res, next));
};

const HealthBody = z.object({
  ready: z.boolean(),
  parts: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['service', 'workload', 'portal']),
      plays: z.string(),
      reachedAs: z.string(),
      ready: z.boolean(),
      detail: z.string().optional(),
    }),
  ),
});

const RunBody = WorkloadRun.extend({
  workload: z.string(),
  events: z.array(FlowEventBody),
  unheard: z.array(z.string()),
});

const workloadNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'WorkloadNotFound', message: 'There is no such workload in this lab.' });

const noParameters = () =>
  new AzureError({ kind: 'invalid', code: 'BadRequest', message: 'A run takes no parameters: the body has to be {}.' });
