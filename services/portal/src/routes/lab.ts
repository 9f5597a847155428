import { AzureError } from '@lab/shared/azure-error.ts';
import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { FlowRuns } from '../domain/flow-runs.ts';
import type { LabHealth } from '../domain/lab-health.ts';
import { onlyJson } from '../guards.ts';

/**
 *     GET  /lab/v1/health                    200 { ready, parts }
 *     POST /lab/v1/workloads/{name}/run  {}  200 { machine, outcome, steps, events, … }
 */
export function labRoutes({ health, runs }: { health: LabHealth; runs: FlowRuns }): Router {
  const router = Router();
  router.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store');
    next();
  });

  router
    .route('/health')
    .get(async (_req, res) => {
      res.json(await health());
    })
    .all(methodNotAllowed('GET, HEAD'));

  router
    .route('/workloads/:name/run')
    .post(onlyJson, jsonBody, async (req, res) => {
      const { name } = req.params;
      if (typeof name !== 'string' || !runs.names.includes(name)) throw workloadNotFound();
      if (!NoParameters.safeParse(req.body ?? {}).success) throw noParameters();
      res.json(await runs.run(name));
    })
    .all(methodNotAllowed('POST'));
  return router;
}

/** A person chooses which machine, and nothing else: no URL, no secret, no code. */
const NoParameters = z.strictObject({});

const jsonBody = express.json({ limit: '4kb', inflate: false });

const methodNotAllowed =
  (allowed: string): RequestHandler =>
  (req, res) => {
    res.set('Allow', allowed);
    throw new AzureError({
      kind: 'method_not_allowed',
      code: 'MethodNotAllowed',
      message: `${req.method} is not a method of this resource.`,
    });
  };

const workloadNotFound = () =>
  new AzureError({ kind: 'not_found', code: 'WorkloadNotFound', message: 'There is no such workload in this lab.' });

const noParameters = () =>
  new AzureError({ kind: 'invalid', code: 'BadRequest', message: 'A run takes no parameters: the body has to be {}.' });
