import { z } from 'zod';
import { type Isolation, IsolationMap } from '../domain/isolation/isolation.ts';
import { jsonBody } from './lab.ts';
import { ErrorBody } from './openapi.ts';
import { type Operation, operation } from './operation.ts';

const FAILURES = {
  501: { description: 'The embedded lab: nothing isolates its parts.', body: ErrorBody },
  503: { description: 'Resource Manager or a vault cannot be asked what there is.', body: ErrorBody },
};

const ids = z.array(z.string().max(64)).max(100).optional();
const ProbeBody = z.strictObject({
  sources: ids.meta({ description: 'Workloads by name. Absent: all that run.' }),
  targets: ids.meta({ description: 'By id. Absent: all.' }),
});

/**
 *     GET  /lab/v1/isolation          200 { sources, targets, cells, unheard }
 *     POST /lab/v1/isolation/probes   200 the same, of now
 */
export const isolationOperations = (isolation: Isolation): Operation[] => [
  operation({
    method: 'get',
    path: '/isolation',
    operationId: 'getIsolation',
    summary: 'The isolation map: who could try to reach what, and what came of it the last time',
    access: 'token',
    participants: 'own part',
    answers: { 200: { description: 'The map.', body: IsolationMap }, ...FAILURES },
    handle: async ({ place }, _req, res) => {
      res.json(await isolation.read(place));
    },
  }),
  operation({
    method: 'post',
    path: '/isolation/probes',
    operationId: 'probeIsolation',
    summary: 'Lets machines try to reach targets, for real, and says what stopped them',
    access: 'token',
    participants: 'own part',
    body: ProbeBody,
    before: [jsonBody],
    answers: {
      200: { description: 'The map, with what came of it.', body: IsolationMap },
      429: { description: 'Too many probes are under way.', body: ErrorBody },
      ...FAILURES,
    },
    handle: async ({ place }, req, res) => {
      res.json(await isolation.probe(ProbeBody.parse(req.body ?? {}), place));
    },
  }),
];
