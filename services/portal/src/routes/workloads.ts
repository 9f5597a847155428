import { AzureError } from '@lab/shared/azure-error.ts';
import { requestMistake } from '@lab/shared/lab/lab-request.ts';
import express from 'express';
import { z } from 'zod';
import type { FlowRun, FlowRuns } from '../domain/flow-runs.ts';
import { RequestBody, ResponseBody } from '../domain/lab-requests.ts';
import { concerns } from '../domain/place.ts';
import { ProgramSource, Workload, WorkloadRun, type Workloads } from '../domain/workloads.ts';
import { onlyJson } from '../guards.ts';
import { FlowEventBody } from './event-body.ts';
import { jsonBody, NoParameters } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';
import { EVENT_STREAM, tellAsEvents } from './tell-as-events.ts';

/**
 *     GET  /lab/v1/workloads              200 { workloads: [{ name, machine, kind, running, profile? }] }
 *     POST /lab/v1/workloads/{name}/run   200 { workload, machine, outcome, steps, events, unheard }
 *     GET  /lab/v1/workloads/{name}/source 200 { file, text, steps: [{ step, line, lastLine }] }
 *     POST /lab/v1/workloads/{name}/requests { method, url, headers?, body? } 200 { status, headers, body, … } or { error }
 */
export const workloadOperations = ({
  workloads,
  runs,
}: {
  workloads: Pick<Workloads, 'list' | 'request' | 'source'>;
  runs: FlowRuns;
}): Operation[] => [
  operation({
    method: 'get',
    path: '/workloads',
    operationId: 'listWorkloads',
    summary: 'The machines on which the sample program runs, those of profiles too, started or not',
    access: 'token',
    participants: 'own part',
    answers: { 200: { description: 'All of them.', body: z.strictObject({ workloads: z.array(Workload) }) } },
    handle: async ({ place }, _req, res) => {
      const all = await workloads.list();
      res.json({ workloads: all.filter(({ name }) => !place || place.workloads.has(name)) });
    },
  }),
  operation({
    method: 'post',
    path: '/workloads/{name}/run',
    operationId: 'runWorkload',
    summary: 'Runs the sample program on a machine, and says what came of it at each hop',
    access: 'page',
    participants: 'own workload',
    parameters: z.object({ name: z.string() }),
    query: z.object({}),
    body: z
      .unknown()
      .meta({ type: 'object', additionalProperties: false, description: 'Empty: a run takes no parameters.' }),
    before: [onlyJson, jsonBody],
    answers: {
      200: {
        description:
          'What the program saw, and the services on the way. As text/event-stream, where that is accepted: an event `step` whenever it is somewhere else, `run` with the same at last, or `error`.',
        body: RunBody,
        orAs: EVENT_STREAM,
      },
      404: { description: 'There is no such workload.', body: ErrorBody },
      409: { description: 'The program is running there already.', body: ErrorBody },
      429: { description: 'Too many runs are waiting.', body: ErrorBody },
      503: { description: 'The workload cannot be asked.', body: ErrorBody },
    },
    handle: async ({ parameters: { name }, place }, req, res) => {
      await known(workloads, name);
      if (!NoParameters.safeParse(req.body ?? {}).success) throw noParameters();
      const seenBy = (run: FlowRun) =>
        place ? { ...run, events: run.events.filter((event) => concerns(place, event)) } : run;
      if (!String(req.headers.accept).includes(EVENT_STREAM)) return res.json(seenBy(await runs.run(name)));
      await tellAsEvents(res, async (tell) => {
        tell('run', seenBy(await runs.run(name, (progress) => tell('step', progress))));
      });
    },
  }),
  operation({
    method: 'get',
    path: '/workloads/{name}/source',
    operationId: 'getSource',
    summary: 'The program that a run runs, with the lines of its steps',
    access: 'token',
    participants: 'own workload',
    parameters: z.object({ name: z.string() }),
    answers: {
      200: { description: 'Its text.', body: ProgramSource },
      404: { description: 'There is no such workload.', body: ErrorBody },
      503: { description: 'The workload cannot be asked.', body: ErrorBody },
    },
    handle: async ({ parameters: { name } }, _req, res) => {
      await known(workloads, name);
      res.json(await workloads.source(name));
    },
  }),
  operation({
    method: 'post',
    path: '/workloads/{name}/requests',
    operationId: 'sendRequest',
    summary:
      "Sends a request from a machine, to one of the lab's own names, and says what came back or what stopped it",
    access: 'token',
    participants: 'own workload',
    parameters: z.object({ name: z.string() }),
    body: RequestBody,
    before: [onlyJson, requestBody],
    answers: {
      200: { description: 'What came, or `error` where no answer did.', body: ResponseBody },
      404: { description: 'There is no such workload.', body: ErrorBody },
      429: { description: 'Too many requests are under way there.', body: ErrorBody },
      503: { description: 'The workload cannot be asked.', body: ErrorBody },
    },
    handle: async ({ parameters: { name } }, req, res) => {
      const mistake = requestMistake(req.body);
      if (mistake) throw new AzureError({ kind: 'invalid', ...mistake });
      await known(workloads, name);
      res.json(await workloads.request(name, RequestBody.parse(req.body)));
    },
  }),
];

const requestBody = express.json({ limit: '512kb', inflate: false });

/** @throws `not_found` for a name that is none of the lab's. */
async function known(workloads: Pick<Workloads, 'list'>, name: string): Promise<void> {
  const all = await workloads.list();
  if (!all.some((workload) => workload.name === name)) throw workloadNotFound();
}

const RunBody = WorkloadRun.extend({
  workload: z.string(),
  events: z.array(FlowEventBody),
  unheard: z.array(z.string()),
});

const workloadNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'WorkloadNotFound', message: 'There is no such workload in this lab.' });

const noParameters = () =>
  new AzureError({ kind: 'invalid', code: 'BadRequest', message: 'A run takes no parameters: the body has to be {}.' });
