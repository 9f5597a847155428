import { FaultBody, FaultRequest } from '@lab/shared/faults/fault.ts';
import { z } from 'zod';
import { FaultKindList, FaultList, type Faults } from '../domain/faults.ts';
import { jsonBody } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     GET    /lab/v1/faults       200 { faults: Fault[], unheard: string[] }
 *     GET    /lab/v1/faults/kinds 200 { kinds: [{ service, operations, statuses }], unheard: string[] }
 *     POST   /lab/v1/faults       201 Fault
 *     DELETE /lab/v1/faults       204
 *     DELETE /lab/v1/faults/{id}  204
 */
export const faultOperations = (faults: Faults): Operation[] => [
  operation({
    method: 'get',
    path: '/faults',
    operationId: 'listFaults',
    summary: 'Faults that have been set, those that are used up among them',
    access: 'token',
    participants: 'all',
    answers: { 200: { description: 'The oldest first at each service.', body: FaultList } },
    handle: async (_input, _req, res) => {
      res.json(await faults.list());
    },
  }),
  operation({
    method: 'get',
    path: '/faults/kinds',
    operationId: 'listFaultKinds',
    summary: 'Which operations each service has, and which statuses it fails with',
    access: 'token',
    answers: { 200: { description: 'Of each service that is there.', body: FaultKindList } },
    handle: async (_input, _req, res) => {
      res.json(await faults.kinds());
    },
  }),
  operation({
    method: 'post',
    path: '/faults',
    operationId: 'addFault',
    summary: 'Makes a service fail on purpose',
    access: 'token',
    body: FaultRequest,
    before: [jsonBody],
    answers: {
      201: { description: 'The fault, in force from here on.', body: FaultBody },
      409: { description: 'The service has as many as it takes.', body: ErrorBody },
      503: { description: 'The service cannot be asked.', body: ErrorBody },
    },
    handle: async (_input, req, res) => {
      res.status(201).json(await faults.add(FaultRequest.parse(req.body)));
    },
  }),
  operation({
    method: 'delete',
    path: '/faults',
    operationId: 'clearFaults',
    summary: 'Removes all faults',
    access: 'token',
    answers: {
      204: { description: 'There are none.' },
      503: { description: 'A service cannot be asked.', body: ErrorBody },
    },
    handle: async (_input, _req, res) => {
      await faults.clear();
      res.status(204).end();
    },
  }),
  operation({
    method: 'delete',
    path: '/faults/{id}',
    operationId: 'removeFault',
    summary: 'Removes a fault',
    access: 'token',
    parameters: z.object({ id: z.string().max(100) }),
    answers: {
      204: { description: 'It is gone.' },
      404: { description: 'There is no such fault.', body: ErrorBody },
      503: { description: 'The service cannot be asked.', body: ErrorBody },
    },
    handle: async ({ parameters: { id } }, _req, res) => {
      await faults.remove(id);
      res.status(204).end();
    },
  }),
];
