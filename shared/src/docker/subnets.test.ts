import { expect, it } from 'vitest';
import { type DockerNetwork, describeHolder, holdersOf, overlap, rangeOf, removalOf } from './subnets.ts';

it.each([
  ['169.254.169.248/29', '169.254.169.248/29', true],
  ['169.254.0.0/16', '169.254.169.248/29', true],
  ['169.254.169.240/29', '169.254.169.248/29', false],
  ['10.88.0.0/16', '10.88.0.0/24', true],
  ['10.89.0.0/24', '10.88.0.0/24', false],
  ['0.0.0.0/0', '10.88.0.0/24', true],
  ['fd00::/64', '10.88.0.0/24', false],
  ['10.88.0.300/24', '10.88.0.0/24', false],
])('%s and %s overlap: %s', (one, other, answer) => {
  expect(overlap(one, other)).toBe(answer);
});

it('knows the first and last address of a subnet, whatever address of it is given', () => {
  expect(rangeOf('10.0.0.7/30')).toEqual([10 * 2 ** 24 + 4, 10 * 2 ** 24 + 7]);
});

const network = (over: Partial<DockerNetwork>): DockerNetwork => ({
  name: 'other_vm',
  project: 'other',
  key: 'vm',
  subnets: ['169.254.169.248/29'],
  containers: [],
  ...over,
});

it("finds another project's holder of a subnet and leaves the lab's own alone", () => {
  const own = network({ name: 'managed-identity-lab_vm', project: 'managed-identity-lab' });
  const other = network({});
  const elsewhere = network({ subnets: ['172.17.0.0/16'] });
  expect(holdersOf('169.254.169.248/29', [own, other, elsewhere], 'managed-identity-lab')).toEqual([other]);
});

it.each([
  ['of a Compose project by its name', {}, 'docker compose -p other down --remove-orphans'],
  ['without a project by itself', { project: undefined }, 'docker network rm other_vm'],
  [
    'without a project with what is attached to it',
    { project: undefined, containers: ['a', 'b'] },
    'docker rm --force a b && docker network rm other_vm',
  ],
])('removes a network %s', (_, over, command) => {
  expect(removalOf(network(over))).toBe(command);
});

it('says who holds the addresses of one of the networks of the lab', () => {
  expect(describeHolder(network({}), 'vm', '169.254.169.248/29')).toBe(
    "The network other_vm of the Compose project other holds 169.254.169.248/29, where the lab's network vm has to be (169.254.169.248/29).",
  );
});
