import type { IsolationCell } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { stepsOf, verdictOf } from './verdict.ts';

const cell = (stoppedBy?: string): IsolationCell => ({
  source: 'app',
  target: 'keyvault',
  outcome: stoppedBy === undefined ? 'reached' : 'stopped',
  stoppedBy,
  durationMs: 1,
  at: '2026-01-01T00:00:00.000Z',
  reason: 'open',
  values: {},
});
const VAULT = 'https://kv-lab.vault.azure.net/secrets/s';
const IMDS = 'http://169.254.169.254/metadata';
const steps = (stoppedBy: string | undefined, asked: string | undefined, needsToken = false) =>
  stepsOf(cell(stoppedBy), { asked, needsToken }).map(({ layer, state }) => `${layer} ${state}`);

it.each([
  [undefined, 'reached'],
  ['no-route', 'stopped'],
  ['no-token', 'stopped'],
  ['401', 'refused'],
  ['503', 'refused'],
  ['default-route', 'unsent'],
])('what is stopped by %s is %s', (stoppedBy, verdict) => {
  expect(verdictOf(cell(stoppedBy))).toBe(verdict);
});

it('a name with TLS takes all steps', () => {
  expect(steps(undefined, VAULT, true)).toEqual(
    ['token', 'name', 'route', 'connection', 'tls', 'answer'].map((layer) => `${layer} done`),
  );
});

it('an address has no name, and plain HTTP no TLS', () => {
  expect(steps('no-route', IMDS)).toEqual(['route stopped', 'connection untried', 'answer untried']);
});

it.each([
  ['no-token', 'token'],
  ['no-name', 'name'],
  ['no-route', 'route'],
  ['refused', 'connection'],
  ['timeout', 'connection'],
  ['tls', 'tls'],
  ['closed', 'answer'],
  ['403', 'answer'],
])('%s stops it at: %s', (stoppedBy, layer) => {
  expect(steps(stoppedBy, VAULT, true).find((step) => step.endsWith('stopped'))).toBe(`${layer} stopped`);
});

it('what sends nothing has no way out, and where nothing was sent nothing was tried', () => {
  expect(steps('no-route', undefined)).toEqual(['route stopped']);
  expect(new Set(steps('default-route', VAULT).map((step) => step.split(' ')[1]))).toEqual(new Set(['untried']));
});
