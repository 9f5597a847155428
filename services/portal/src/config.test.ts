import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseConfig } from './config.ts';

function stateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'portal-config-'));
  mkdirSync(join(directory, 'tls'));
  writeFileSync(join(directory, 'tls', 'fabric-ca.pem'), 'CA');
  return directory;
}

it('has a default for everything', () => {
  expect(parseConfig({ STATE_DIRECTORY: stateDirectory() })).toMatchObject({
    pageListen: { host: 'portal.front', port: 8080 },
    control: { health: { host: '127.0.0.1', port: 9000 } },
    agentSocketsDirectory: '/run/agents',
    allowedHosts: [],
    publicUrl: 'http://localhost:8080',
  });
});

it('takes several allowed hosts', () => {
  const { allowedHosts } = parseConfig({
    STATE_DIRECTORY: stateDirectory(),
    LAB_ALLOWED_HOSTS: 'Lab.example, other:8080,',
  });
  expect(allowedHosts).toEqual(['lab.example', 'other:8080']);
});

it('reports every mistake at once', () => {
  expect(() => parseConfig({ PAGE_LISTEN: '8080', LAB_URL: 'javascript:alert(1)' })).toThrow(/PAGE_LISTEN.*LAB_URL/s);
});
