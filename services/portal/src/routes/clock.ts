import { type Clock, ClockMove, ClockState } from '../domain/clock.ts';
import { onlyJson } from '../guards.ts';
import { jsonBody } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

/**
 *     GET /lab/v1/clock 200 { now, offsetSeconds, heldAt }
 *     PUT /lab/v1/clock 200, the same and restartedWorkloads
 */
export const clockOperations = (clock: Clock): Operation[] => [
  operation({
    method: 'get',
    path: '/clock',
    operationId: 'getClock',
    summary: 'The time of all services of the lab',
    access: 'token',
    participants: 'all',
    answers: {
      200: { description: 'The time.', body: ClockState },
      503: { description: 'Resource Manager, whose clock it is, cannot be asked.', body: ErrorBody },
    },
    handle: async (_input, _req, res) => {
      res.json(await clock.read());
    },
  }),
  operation({
    method: 'put',
    path: '/clock',
    operationId: 'moveClock',
    summary: 'Moves the time forward, stops it, or lets it go on; workloads are restarted where it jumped',
    access: 'token',
    body: ClockMove,
    before: [onlyJson, jsonBody],
    answers: {
      200: { description: 'The time that all services have now.', body: ClockState },
      503: { description: 'Resource Manager, whose clock it is, cannot be asked.', body: ErrorBody },
    },
    handle: async (_input, req, res) => {
      res.json(await clock.move(ClockMove.parse(req.body)));
    },
  }),
];
