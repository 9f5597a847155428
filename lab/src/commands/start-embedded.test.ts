import { expect, it } from 'vitest';
import { describeEmbedded, type EmbeddedAccess } from './start-embedded.ts';

const everywhere = { CA: "/tmp/it's here/ca.pem" };
const own = { IDENTITY_ENDPOINT: 'http://127.0.0.1:4000/msi/token', IDENTITY_HEADER: 'S3CRET', ...everywhere };
const access: EmbeddedAccess = {
  environment: own,
  options: [
    { sdk: 'JavaScript', text: '{ disableChallengeResourceVerification: true }' },
    { sdk: 'AzCopy', text: '', but: 'It cannot.' },
  ],
  virtualMachines: {
    'vm-app01': {
      name: 'vm-app01',
      resourceId: '/vm-app01',
      environment: own,
      imds: {
        url: 'http://127.0.0.1:4001',
        environment: { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:4001', ...everywhere },
      },
    },
  },
  functionApps: { 'func-app01': { name: 'func-app01', environment: { ...own, IDENTITY_HEADER: 'OTHER' } } },
  pods: {},
  vaultUrls: { 'kv-lab': 'https://localhost:4002' },
  accountUrls: {},
  armUrl: 'https://localhost:4003',
  graphUrl: 'https://localhost:4004',
  url: 'http://localhost:4005',
  apiToken: 't0ken',
  operators: [
    {
      tenantId: 'a-tenant',
      tenantName: 'contoso',
      clientId: 'a-client',
      clientSecret: 'its~secret',
      subscriptions: [],
    },
  ],
  tryCommand: 'node examples/app.js',
};

it('prints where programs run besides, with the variables that are otherwise there, and what an SDK cannot', () => {
  const lines = describeEmbedded(access, 'npm run engine  # as root').split('\n');
  const after = (line: string, count: number) => lines.slice(lines.indexOf(line) + 1).slice(0, count);
  expect(after('As a program elsewhere, in place of IDENTITY_ENDPOINT and IDENTITY_HEADER:', 5)).toEqual([
    '  vm-app01, by the protocol of IMDS:',
    '    export AZURE_POD_IDENTITY_AUTHORITY_HOST=http://127.0.0.1:4001',
    '  func-app01:',
    '    export IDENTITY_HEADER=OTHER',
    '',
  ]);
  expect(lines).toContain('  AzCopy      But: It cannot.');
  expect(after('Endpoints:', 1)).toEqual(['  kv-lab            https://localhost:4002']);
});

it('prints with what the operator of a tenant signs in', () => {
  const text = describeEmbedded(access, 'npm run engine  # as root');
  expect(text).toContain('  operator of contoso');
  expect(text).toMatch(/tenant +a-tenant\n +client id +a-client\n +client secret +its~secret\n/);
});

it('prints variables that a shell reads as they are meant', () => {
  const text = describeEmbedded(access, 'npm run engine  # as root');
  expect(text).toContain('  export IDENTITY_ENDPOINT=http://127.0.0.1:4000/msi/token\n');
  expect(text).toContain(`  export CA='/tmp/it'\\''s here/ca.pem'\n`);
});

it('says that there is no network isolation and how to get the full lab', () => {
  const text = describeEmbedded(access, 'npm run engine  # as root');
  const line = text.split('\n').find((each) => each.includes('no network isolation'));
  expect(line).toContain('npm run engine');
});
