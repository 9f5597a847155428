import { expect, it } from 'vitest';
import { Topology, toTopology } from './topology.ts';

it('says who is on which network, by the lines of the file', () => {
  const topology = toTopology(
    {
      parts: [
        {
          name: 'app',
          hostname: 'vm-app01',
          line: 2,
          networksLines: { first: 4, last: 5 },
          networks: [{ name: 'vm', address: '169.254.169.250', line: 5 }],
          profile: 'vm-app01',
          profileLine: 3,
        },
        { name: 'pki', line: 6, networks: [] },
      ],
      networks: [{ name: 'vm', internal: true, line: 8, internalLine: 9 }],
      file: ['services:'],
    },
    [],
  );
  expect(Topology.parse(topology)).toEqual({
    isolated: true,
    parts: [
      {
        name: 'app',
        hostname: 'vm-app01',
        line: 2,
        networks: [{ name: 'vm', address: '169.254.169.250', line: 5 }],
        profile: 'vm-app01',
      },
      { name: 'pki', line: 6, networks: [] },
    ],
    networks: [{ name: 'vm', internal: true, line: 8 }],
    file: ['services:'],
  });
});

it('says of the embedded lab that nothing is between its parts', () => {
  expect(Topology.parse(toTopology(undefined, ['imds', 'vm-app01']))).toEqual({
    isolated: false,
    parts: [
      { name: 'imds', networks: [] },
      { name: 'vm-app01', networks: [] },
    ],
    networks: [],
    file: [],
  });
});
