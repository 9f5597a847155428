import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import type { LabHealth } from '../domain/lab-health.ts';
import { onlyJson } from '../guards.ts';
import { type Operation, operation } from './operation.ts';

/** Open to who gets past the guards of the page: how the lab is. */
export const labOperations = ({ health }: { health: LabHealth }): Operation[] => [
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
