import { readFileSync } from 'node:fs';
import { ISOLATION_TARGETS, type IsolationTarget } from '@lab/shared/lab/isolation-targets.ts';
import { readWiring } from '@lab/shared/lab/read-wiring.ts';
import { describe, expect, it } from 'vitest';
import { explain } from './explain.ts';
import type { ProbeResult } from './probes.ts';

const wiring = readWiring(readFileSync(new URL('../../../../../docker-compose.yml', import.meta.url), 'utf8'));
const line = (number: number | undefined) => plain(wiring.file[(number ?? 0) - 1] ?? '');
/** Without the names that a machine has besides. */
const plain = (text: string) =>
  text.trim().replace(/^azure: \{.*\.internal\.cloudapp\.net\] \}$/, 'azure: {}') || undefined;

type Result = Partial<ProbeResult>;
/** What the map says about a machine's probe that came as far as this; without a result it sent nothing. */
function said(source: string, id: string, result?: Result) {
  const target = ISOLATION_TARGETS.find((one) => one.id === id) as IsolationTarget;
  return explain({
    machine: source,
    source: wiring.parts.find(({ name }) => name === source),
    target,
    host: 'somewhere',
    result: result && ({ target: id, durationMs: 1, ...result } as ProbeResult),
    wiring,
  });
}
const short = (...args: Parameters<typeof said>) => {
  const { stoppedBy, reason, line: at } = said(...args);
  return [stoppedBy, reason, line(at)];
};

const NO_ROUTE: Result = { failure: 'no-route', code: 'ENETUNREACH' };
const NO_NAME: Result = { failure: 'no-name', code: 'EAI_AGAIN' };
const REFUSED: Result = { failure: 'refused', code: 'ECONNREFUSED' };

describe('a cell of the map says what stopped it, why, and which line does', () => {
  it.each<[string, string, Result, string | undefined, string, string]>([
    ['app02', 'imds', { status: 200 }, undefined, 'identity-given', 'vm: { ipv4_address: 169.254.169.251 }'],
    [
      'app02',
      'imds',
      { status: 400, code: 'invalid_request' },
      '400',
      'identity-refused',
      'vm: { ipv4_address: 169.254.169.251 }',
    ],
    ['outsider', 'imds', NO_ROUTE, 'no-route', 'no-route', 'networks:'],
    ['func-app01', 'imds', NO_ROUTE, 'no-route', 'no-route', 'networks:'],
    ['func-app01', 'appservice', { status: 200 }, undefined, 'identity-given', 'appservice: {}'],
    [
      'func-app01',
      'appservice',
      { failure: 'no-route', code: 'EHOSTUNREACH' },
      'no-route',
      'nobody-there',
      'profiles: [func-app01, workshop]',
    ],
    ['outsider', 'entra', { status: 200 }, undefined, 'open', 'azure: {}'],
    ['outsider', 'keyvault', { status: 401 }, '401', 'token-missing', 'azure: {}'],
    ['app02', 'keyvault-token', { status: 200 }, undefined, 'token-accepted', 'azure: {}'],
    ['app02', 'keyvault-token', { status: 403, code: 'Forbidden' }, '403', 'no-role', 'azure: {}'],
    ['app02', 'arm-token', { status: 200 }, undefined, 'token-accepted', 'azure: {}'],
    ['func-app01', 'vault-token', { status: 200 }, undefined, 'role-above', 'azure: {}'],
    ['app02', 'vault-token', { status: 403, code: 'AuthorizationFailed' }, '403', 'no-role-above', 'azure: {}'],
    ['app02', 'api-token', { status: 403 }, '403', 'no-permission', 'azure: {}'],
    ['app02', 'other-vault-token', { status: 401 }, '401', 'token-refused', 'azure: {}'],
    ['app02', 'keyvault-token', { status: 503 }, '503', 'answered', 'azure: {}'],
    ['app02', 'keyvault', NO_NAME, 'no-name', 'unknown-name', 'azure: {}'],
    ['app02', 'fabric-keyvault', NO_NAME, 'no-name', 'no-name', 'networks:'],
    ['app02', 'control-keyvault', REFUSED, 'refused', 'control-elsewhere', 'fabric: { aliases: [keyvault.fabric] }'],
    ['app02', 'api', REFUSED, 'refused', 'refused', 'azure: {}'],
    ['app02', 'api', { failure: 'timeout' }, 'timeout', 'timeout', 'azure: {}'],
    ['app02', 'api', { failure: 'tls' }, 'tls', 'tls', 'azure: {}'],
    [
      'app02',
      'keyvault-other-name',
      { failure: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      'tls',
      'other-name',
      'azure: { aliases: [vault.azure.net] }',
    ],
    ['app02', 'keyvault-other-name', { failure: 'tls', code: 'CERT_HAS_EXPIRED' }, 'tls', 'tls', 'azure: {}'],
    ['app02', 'api', { failure: 'closed' }, 'closed', 'closed', 'azure: {}'],
    ['app02', 'portal', NO_NAME, 'no-name', 'no-name', 'networks:'],
    ['outsider', 'outside', NO_ROUTE, 'no-route', 'no-way-out', 'internal: true'],
  ])('%s to %s, %j', (source, target, result, stoppedBy, reason, at) => {
    expect(short(source, target, result)).toEqual([stoppedBy, reason, at]);
  });

  it('a machine without identity has no token: there is no way to where it would get one', () => {
    const result = { failure: 'no-token', tokenRefused: { durationMs: 1, ...NO_ROUTE } } as Result;
    expect(short('outsider', 'keyvault-token', result)).toEqual(['no-token', 'no-token-no-route', 'networks:']);
  });

  it('a machine whose identity is off has no token, by the word of who gives them out', () => {
    const tokenRefused = { durationMs: 1, status: 400, code: 'invalid_request' };
    const cell = said('app02', 'keyvault-token', { failure: 'no-token', tokenRefused } as Result);
    expect([cell.stoppedBy, cell.reason, cell.values]).toMatchObject([
      'no-token',
      'no-token',
      { status: '400', code: 'invalid_request' },
    ]);
  });

  it('a machine with a default route sent nothing', () => {
    expect(short('app02', 'imds')).toEqual(['default-route', 'default-route', undefined]);
  });
});

it('all networks of a machine are marked where none of them leads there', () => {
  const { line: first = 0, lastLine = 0 } = said('app02', 'fabric-keyvault', NO_NAME);
  expect(wiring.file.slice(first - 1, lastLine).map(plain)).toEqual([
    'networks:',
    'vm: { ipv4_address: 169.254.169.251 }',
    'azure: {}',
  ]);
});

it('what stands in the sentence: who, whose networks, what was asked, what came of it', () => {
  expect(said('app02', 'keyvault-token', { status: 403, code: 'Forbidden', address: '10.88.0.131' }).values).toEqual({
    source: 'app02',
    part: 'keyvault',
    network: 'azure',
    networks: 'vm, azure',
    host: 'somewhere',
    status: '403',
    code: 'Forbidden',
    address: '10.88.0.131',
    action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action',
  });
});

it("no line is shown for a machine that is not of the lab's own file", () => {
  const target = ISOLATION_TARGETS[0] as IsolationTarget;
  const result = { target: 'imds', durationMs: 1, failure: 'no-route' } as const;
  const {
    reason,
    line: at,
    values,
  } = explain({ machine: 'mine', source: undefined, target, host: 'h', result, wiring });
  expect([reason, at, values.networks]).toEqual(['no-route', undefined, '–']);
});
