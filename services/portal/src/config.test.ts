import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseConfig } from './config.ts';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz_-0123456789ABCDE';

const WIRING = { parts: [], networks: [], file: ['services: {}'] };

function stateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'portal-config-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'tls'));
  writeFileSync(join(directory, 'tls', 'fabric-ca.pem'), 'CA');
  writeFileSync(join(directory, 'api-token'), TOKEN);
  writeFileSync(join(directory, 'wiring.json'), JSON.stringify(WIRING));
  return directory;
}

it('has a default for everything', () => {
  expect(parseConfig({ STATE_DIRECTORY: stateDirectory() })).toMatchObject({
    pageListen: { host: 'portal.front', port: 8080 },
    control: { health: { host: '127.0.0.1', port: 9000 } },
    agentSocketsDirectory: '/run/agents',
    apiToken: TOKEN,
    wiring: WIRING,
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

it.each([
  [{}, false],
  [{ LAB_LISTEN_ADDRESS: '' }, false],
  [{ LAB_LISTEN_ADDRESS: '127.0.0.1', LAB_ROOM: '' }, false],
  [{ LAB_ROOM: 'true' }, true],
  [{ LAB_LISTEN_ADDRESS: '0.0.0.0' }, true],
  [{ LAB_LISTEN_ADDRESS: '192.168.1.7', LAB_ROOM: 'false' }, true],
])('wants people to say who they are where others can reach the page: %j', (environment, room) => {
  expect(parseConfig({ STATE_DIRECTORY: stateDirectory(), ...environment }).room).toBe(room);
});

it('sends spans where OpenTelemetry says, and nowhere where it says nothing', () => {
  const STATE_DIRECTORY = stateDirectory();
  expect(parseConfig({ STATE_DIRECTORY, OTEL_EXPORTER_OTLP_ENDPOINT: '' }).collector).toBeUndefined();
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318';
  expect(parseConfig({ STATE_DIRECTORY, OTEL_EXPORTER_OTLP_ENDPOINT }).collector).toEqual({
    endpoint: 'http://collector:4318',
    protocol: 'http/protobuf',
    headers: {},
  });
  const OTEL_EXPORTER_OTLP_HEADERS = ' x-key = a%20b , broken, c=%';
  const OTEL_EXPORTER_OTLP_PROTOCOL = 'http/json';
  expect(
    parseConfig({
      STATE_DIRECTORY,
      OTEL_EXPORTER_OTLP_ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS,
      OTEL_EXPORTER_OTLP_PROTOCOL,
    }).collector,
  ).toMatchObject({ protocol: 'http/json', headers: { 'x-key': 'a b' } });
  const grpc = { STATE_DIRECTORY, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  expect(() => parseConfig({ ...grpc, OTEL_EXPORTER_OTLP_ENDPOINT })).toThrow('OTEL_EXPORTER_OTLP_PROTOCOL');
  expect(parseConfig(grpc).collector).toBeUndefined();
});

it('does not start with a token that is none, and does not repeat it', () => {
  const directory = stateDirectory();
  writeFileSync(join(directory, 'api-token'), 'hush');
  const parsing = () => parseConfig({ STATE_DIRECTORY: directory });
  expect(parsing).toThrow('api-token holds no token');
  expect(parsing).not.toThrow('hush');
});

it('reports every mistake at once', () => {
  expect(() => parseConfig({ PAGE_LISTEN: '8080', LAB_URL: 'javascript:alert(1)' })).toThrow(/PAGE_LISTEN.*LAB_URL/s);
});
