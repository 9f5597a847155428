import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseConfig } from './config.ts';

it('takes its defaults from the topology', () => {
  const directory = mkdtempSync(join(tmpdir(), 'imds-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'tls'));
  for (const name of ['public-ca.pem', 'fabric-ca.pem']) writeFileSync(join(directory, 'tls', name), name);
  const config = parseConfig({
    STATE_DIRECTORY: directory,
    DATABASE_PATH: ':memory:',
    AUTHORITY_ORIGIN: 'https://a.b/',
  });
  expect(config).toMatchObject({
    vmListen: { host: '169.254.169.254', port: 80 },
    control: { fabric: { host: 'imds.fabric', port: 8443 }, health: { host: '127.0.0.1', port: 9000 } },
    tls: { publicCa: 'public-ca.pem', fabricCa: 'fabric-ca.pem' },
    authorityOrigin: 'https://a.b',
  });
  expect(config).not.toHaveProperty('appService');
});

it('names every mistake at once', () => {
  const environment = { VM_LISTEN: 'nowhere', AUTHORITY_ORIGIN: 'http://plain.example' };
  const attempt = () => parseConfig(environment);
  for (const name of ['DATABASE_PATH', 'VM_LISTEN', 'AUTHORITY_ORIGIN']) expect(attempt).toThrow(`  ${name}: `);
});
