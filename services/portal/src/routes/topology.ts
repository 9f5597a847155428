import { Topology } from '../domain/topology.ts';
import { type Operation, operation } from './operation.ts';

/**     GET /lab/v1/topology   200 { isolated, parts, networks, file } */
export const topologyOperations = ({ topology }: { topology: () => Promise<Topology> }): Operation[] => [
  operation({
    method: 'get',
    path: '/topology',
    operationId: 'getTopology',
    summary: 'Who is on which network, and the lines of docker-compose.yml that say so',
    access: 'token',
    participants: 'all',
    answers: { 200: { description: 'Parts and networks.', body: Topology } },
    handle: async (_input, _req, res) => {
      res.json(await topology());
    },
  }),
];
