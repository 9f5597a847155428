import { expect, it } from 'vitest';
import { isWell, machinesOf, parseContainers, urlOf } from './compose.ts';

const service = { profiles: [], ports: [], volumes: [] };
const model = {
  name: 'managed-identity-lab',
  services: {
    app: { ...service, hostname: 'vm-app01' },
    imds: service,
    gateway: { ...service, ports: [{ published: '9090' }] },
  },
  networks: {},
};

it('finds the service of a virtual machine by its host name', () => {
  expect([...machinesOf(model)]).toEqual([['vm-app01', 'app']]);
});

it('gives the URL with the port that is really published', () => {
  expect(urlOf(model)).toBe('http://localhost:9090');
});

const pki = { Service: 'pki', State: 'exited', Health: '', ExitCode: 0 };
const imds = { Service: 'imds', State: 'running', Health: 'healthy', ExitCode: 0 };

it.each([
  ['an object per line', `${JSON.stringify(pki)}\n${JSON.stringify(imds)}\n`],
  ['one array', JSON.stringify([pki, imds])],
])('reads what docker compose ps prints as %s', (_, text) => {
  expect(parseContainers(text)).toEqual([pki, imds]);
});

it('reads nothing from an empty answer', () => {
  expect(parseContainers('\n')).toEqual([]);
});

it.each([
  ['a healthy service', imds, true],
  ['a service without a health check', { ...imds, Health: '' }, true],
  ['a service that is not ready', { ...imds, Health: 'starting' }, false],
  ['a service that died', { ...imds, State: 'exited', Health: '', ExitCode: 1 }, false],
  ['a one-shot that ended well', pki, true],
])('%s is well: %#', (_, container, well) => {
  expect(isWell(container)).toBe(well);
});
