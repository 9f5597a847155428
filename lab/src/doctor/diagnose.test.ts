import { expect, it } from 'vitest';
import { blockers, diagnose, type Facts } from './diagnose.ts';

const model: Facts['model'] = {
  name: 'managed-identity-lab',
  services: {},
  networks: {
    vm: { name: 'managed-identity-lab_vm', ipam: { config: [{ subnet: '169.254.169.248/29' }] } },
    azure: { name: 'managed-identity-lab_azure', ipam: { config: [{ subnet: '10.88.0.0/24' }] } },
    fabric: { name: 'managed-identity-lab_fabric' },
  },
};

const allWell: Facts = {
  aptBased: true,
  engine: { engineVersion: '26.1.5', composeVersion: '2.26.1' },
  model,
  networks: [],
  port: { number: 8080, taken: false },
  clientProxies: false,
  proxyVariables: [],
  disk: { path: '/var/lib/docker', freeBytes: 20 * 1024 ** 3 },
  memoryBytes: 8 * 1024 ** 3,
  labFileMistakes: [],
};

const network = (subnet: string, project: string | undefined) => ({
  name: `${project ?? 'plain'}_net`,
  project,
  key: 'net',
  subnets: [subnet],
  containers: [],
});

it('finds nothing where nothing is in the way', () => {
  expect(diagnose(allWell)).toEqual([]);
});

it('names an engine that is too old and the command that installs another', () => {
  const findings = diagnose({ ...allWell, engine: { engineVersion: '20.10.24', composeVersion: '2.26.1' } });
  expect(findings).toMatchObject([{ weight: 'blocks', remedy: expect.stringContaining('npm run engine') }]);
});

it('says what Compose says about a file that it cannot use', () => {
  const findings = diagnose({ ...allWell, model: undefined, modelMistake: 'yaml: line 3: did not find key' });
  expect(findings).toMatchObject([{ weight: 'blocks', what: expect.stringContaining('line 3') }]);
});

it('names the project that holds the address of the metadata service and the command that removes it', () => {
  const findings = diagnose({ ...allWell, networks: [network('169.254.169.248/29', 'left-behind')] });
  expect(findings).toMatchObject([
    {
      weight: 'blocks',
      what: expect.stringContaining('the Compose project left-behind'),
      remedy: 'docker compose -p left-behind down --remove-orphans',
    },
  ]);
});

it('names a holder of that address that belongs to no project', () => {
  const findings = diagnose({ ...allWell, networks: [network('169.254.169.248/29', undefined)] });
  expect(findings).toMatchObject([{ weight: 'blocks', remedy: 'docker network rm plain_net' }]);
});

it("leaves the lab's own networks alone", () => {
  expect(diagnose({ ...allWell, networks: [network('169.254.169.248/29', 'managed-identity-lab')] })).toEqual([]);
});

it('offers another subnet, one that is free, where the one of the public endpoints is taken', () => {
  const networks = [network('10.88.0.0/16', 'podman'), network('10.89.0.0/24', 'next')];
  expect(diagnose({ ...allWell, networks })).toMatchObject([
    { weight: 'blocks', remedy: expect.stringContaining('LAB_AZURE_PREFIX=10.90.0 npm start') },
  ]);
});

it('names a port that is taken and another one, which is none of its own gateway', () => {
  const taken = { number: 8080, taken: true };
  expect(diagnose({ ...allWell, port: taken })).toMatchObject([
    { weight: 'blocks', remedy: expect.stringContaining('LAB_PORT=8081 npm start') },
  ]);
  const byAnother = { ...taken, holder: { container: 'web-1', project: 'shop' } };
  expect(diagnose({ ...allWell, port: byAnother })).toMatchObject([{ what: expect.stringContaining('web-1') }]);
  const byItself = {
    ...taken,
    holder: { container: 'managed-identity-lab-gateway-1', project: 'managed-identity-lab' },
  };
  expect(diagnose({ ...allWell, port: byItself })).toEqual([]);
});

it('passes on every mistake in the lab file', () => {
  const labFileMistakes = ['lab.yaml:3: tenants.0.name: wrong', 'lab.yaml:9: tenants.0: wrong'];
  expect(blockers(diagnose({ ...allWell, labFileMistakes })).map(({ what }) => what)).toEqual(labFileMistakes);
});

it('warns of little room and little memory without refusing to start', () => {
  const findings = diagnose({
    ...allWell,
    disk: { path: '/var/lib/docker', freeBytes: 1024 ** 3 },
    memoryBytes: 512 * 1024 ** 2,
  });
  expect(findings.map(({ weight }) => weight)).toEqual(['warns', 'warns']);
});

it('says that proxies are no trouble, names no value of them, and puts what blocks first', () => {
  const findings = diagnose({
    ...allWell,
    clientProxies: true,
    proxyVariables: ['HTTPS_PROXY'],
    labFileMistakes: ['lab.yaml:3: wrong'],
  });
  expect(findings.map(({ weight }) => weight)).toEqual(['blocks', 'notes', 'notes']);
});
