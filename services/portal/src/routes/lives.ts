import { z } from 'zod';
import { type LabState, NewLife, SnapshotBody, SnapshotList, SnapshotName } from '../domain/lab-state.ts';
import { jsonBody, NoParameters } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

const unavailable = { description: 'Resource Manager, or a service that has state, cannot be asked.', body: ErrorBody };
const notFound = { description: 'There is no snapshot of this name.', body: ErrorBody };
const named = z.object({ name: SnapshotName });

/**
 *     POST   /lab/v1/reset                     200 { durationMs, late, restartedWorkloads }
 *     GET    /lab/v1/snapshots                 200 { snapshots: [{ name, takenAt }] }
 *     PUT    /lab/v1/snapshots/{name}          201 { name, takenAt }
 *     POST   /lab/v1/snapshots/{name}/restore  200 { durationMs, late, restartedWorkloads }
 *     DELETE /lab/v1/snapshots/{name}          204
 */
export const lifeOperations = ({ reset, snapshots }: LabState): Operation[] => [
  operation({
    method: 'post',
    path: '/reset',
    operationId: 'reset',
    summary: 'Everything as lab.yaml says it, as at the first start; keys and snapshots stay',
    access: 'token',
    body: NoParameters,
    before: [jsonBody],
    answers: { 200: { description: 'It is.', body: NewLife }, 503: unavailable },
    handle: async (_input, _req, res) => {
      res.json(await reset());
    },
  }),
  operation({
    method: 'get',
    path: '/snapshots',
    operationId: 'listSnapshots',
    summary: 'States of the lab that can be restored',
    access: 'token',
    answers: { 200: { description: 'By name.', body: SnapshotList }, 503: unavailable },
    handle: async (_input, _req, res) => {
      res.json(await snapshots.list());
    },
  }),
  operation({
    method: 'put',
    path: '/snapshots/{name}',
    operationId: 'takeSnapshot',
    summary: 'Keeps the state of the lab under a name; one that had the name is replaced',
    access: 'token',
    parameters: named,
    answers: {
      201: { description: 'It is kept.', body: SnapshotBody },
      409: { description: 'There are too many.', body: ErrorBody },
      503: unavailable,
    },
    handle: async ({ parameters: { name } }, _req, res) => {
      res.status(201).json(await snapshots.take(name));
    },
  }),
  operation({
    method: 'post',
    path: '/snapshots/{name}/restore',
    operationId: 'restoreSnapshot',
    summary: 'Everything as it was when the snapshot was taken, the clock included; faults stay',
    access: 'token',
    parameters: named,
    body: NoParameters,
    before: [jsonBody],
    answers: { 200: { description: 'It is.', body: NewLife }, 404: notFound, 503: unavailable },
    handle: async ({ parameters: { name } }, _req, res) => {
      res.json(await snapshots.restore(name));
    },
  }),
  operation({
    method: 'delete',
    path: '/snapshots/{name}',
    operationId: 'removeSnapshot',
    summary: 'Forgets a snapshot',
    access: 'token',
    parameters: named,
    answers: { 204: { description: 'It is gone.' }, 404: notFound, 503: unavailable },
    handle: async ({ parameters: { name } }, _req, res) => {
      await snapshots.remove(name);
      res.status(204).end();
    },
  }),
];
