import { expect, it } from 'vitest';
import type { ComposeModel } from './compose.ts';
import { whatIsInTheWay } from './leftovers.ts';

const model: ComposeModel = {
  services: {},
  networks: {
    vm: { name: 'tests_vm', ipam: { config: [{ subnet: '169.254.169.248/29' }] } },
    azure: { name: 'tests_azure', ipam: { config: [{ subnet: '10.88.0.0/24' }] } },
    fabric: { name: 'tests_fabric' },
  },
};
const networkOf = (project: string | undefined, key: string, subnet: string) => ({
  name: `${project}_${key}`,
  project,
  key,
  subnets: [subnet],
  containers: [],
});
const lab = (project: string) => [
  networkOf(project, 'vm', '169.254.169.248/29'),
  networkOf(project, 'azure', '10.88.0.0/24'),
];

it('another lab on the engine is named, with the one command that removes it', () => {
  expect(whatIsInTheWay(model, lab('managed-identity-lab'), 'tests')).toEqual([
    "The network managed-identity-lab_vm of the Compose project managed-identity-lab holds 169.254.169.248/29, where the lab's network vm has to be (169.254.169.248/29).",
    "The network managed-identity-lab_azure of the Compose project managed-identity-lab holds 10.88.0.0/24, where the lab's network azure has to be (10.88.0.0/24).",
    '  → docker compose -p managed-identity-lab down --remove-orphans',
  ]);
});

it('what an earlier run of the same project left is not in the way, and another run of it is', () => {
  expect(whatIsInTheWay(model, lab('tests'), 'tests')).toEqual([]);
  expect(whatIsInTheWay(model, lab('tests'))).toHaveLength(3);
});

it('networks that hold other addresses are not in the way', () => {
  expect(whatIsInTheWay(model, [networkOf('shop', 'web', '172.18.0.0/16')], 'tests')).toEqual([]);
});
