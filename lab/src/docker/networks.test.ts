import { expect, it } from 'vitest';
import { parseNetworks } from './networks.ts';

it('reads what docker network inspect prints, host and none included', () => {
  const inspected = [
    { Name: 'none', Labels: {}, IPAM: { Driver: 'default', Options: null, Config: null }, Containers: {} },
    {
      Name: 'x_vm',
      Labels: { 'com.docker.compose.project': 'x', 'com.docker.compose.network': 'vm' },
      IPAM: { Config: [{ Subnet: '169.254.169.248/29', IPRange: '169.254.169.248/31' }] },
      Containers: { abc: { Name: 'x-imds-1', IPv4Address: '169.254.169.254/29' } },
    },
  ];
  expect(parseNetworks(JSON.stringify(inspected))).toEqual([
    { name: 'none', project: undefined, key: undefined, subnets: [], containers: [] },
    { name: 'x_vm', project: 'x', key: 'vm', subnets: ['169.254.169.248/29'], containers: ['x-imds-1'] },
  ]);
});
