import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseConfig, partOf } from './config.ts';

const stateDirectory = () => {
  const directory = mkdtempSync(join(tmpdir(), 'imds-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'tls'));
  for (const name of ['public-ca.pem', 'fabric-ca.pem']) writeFileSync(join(directory, 'tls', name), name);
  return directory;
};
const parse = (environment: NodeJS.ProcessEnv) =>
  parseConfig({ STATE_DIRECTORY: stateDirectory(), DATABASE_PATH: ':memory:', ...environment });

it('plays IMDS where virtual machines are to reach it', () => {
  const config = parse({ VM_LISTEN: '169.254.169.254:80', AUTHORITY_ORIGIN: 'https://a.b/' });
  expect(config).toMatchObject({
    vmListen: { host: '169.254.169.254', port: 80 },
    control: { fabric: { host: 'imds.fabric', port: 8443 }, health: { host: '127.0.0.1', port: 9000 } },
    tls: { publicCa: 'public-ca.pem', fabricCa: 'fabric-ca.pem' },
    authorityOrigin: 'https://a.b',
  });
  expect(config).not.toHaveProperty('appService');
  expect(partOf(config)).toBe('imds');
});

it('plays App Service where function apps are to reach it', () => {
  const config = parse({ APP_SERVICE_LISTEN: '169.254.129.2:8081' });
  expect(config).toMatchObject({
    appService: { listen: { host: '169.254.129.2', port: 8081 } },
    control: { fabric: { host: 'appservice.fabric', port: 8443 } },
  });
  expect(config).not.toHaveProperty('vmListen');
  expect(partOf(config)).toBe('appservice');
});

it.each([
  ['neither listener', {}],
  ['both listeners', { VM_LISTEN: '169.254.169.254:80', APP_SERVICE_LISTEN: '169.254.129.2:8081' }],
])('refuses %s', (_, environment) =>
  expect(() => parse(environment)).toThrow('  VM_LISTEN: expected either this or APP_SERVICE_LISTEN'),
);

it('names every mistake at once', () => {
  const environment = { VM_LISTEN: 'nowhere', AUTHORITY_ORIGIN: 'http://plain.example' };
  const attempt = () => parseConfig(environment);
  for (const name of ['DATABASE_PATH', 'VM_LISTEN', 'AUTHORITY_ORIGIN']) expect(attempt).toThrow(`  ${name}: `);
});
