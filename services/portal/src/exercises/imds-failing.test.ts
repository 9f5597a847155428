import type { FlowEvent } from '@lab/shared/events.ts';
import { expect, it } from 'vitest';
import { evidence, happened, passedIn, tokenGiven, tokenRefused } from '../testing/evidence.ts';
import { imdsFailing } from './imds-failing.ts';

const second = (seconds: number): Partial<FlowEvent> => ({
  at: new Date(Date.parse('2026-01-01T00:00:00Z') + seconds * 1_000).toISOString(),
  durationMs: 0,
  clientRequestId: 'one',
});
const struck = (seconds: number, what: Partial<FlowEvent> = {}) =>
  tokenRefused('vm-app01', 'identity', { ...second(seconds), status: 503, fault: 'imds-1', checks: [], ...what });
const given = (seconds: number, what: Partial<FlowEvent> = {}) =>
  tokenGiven('vm-app01', 'token-1', { ...second(seconds), ...what });
const READ = happened('keyvault', { operation: 'GetSecret', tokenId: 'token-1' });

it('is passed by a program that asks again until it has its token, and reads a secret with it', () => {
  const events = [struck(0), struck(1), given(3), READ];
  expect(passedIn(imdsFailing, { events })).toEqual(['failed', 'retried', 'recovered', 'secret']);
});

it('knows what a fault struck by what came after it, where it was not known yet whose it was', () => {
  const { virtualMachine: _, ...early } = struck(0);
  expect(passedIn(imdsFailing, { events: [early, given(1), READ] })).toHaveLength(4);
  expect(passedIn(imdsFailing, { events: [early, given(1, { virtualMachine: 'vm-app02' }), READ] })).toEqual([]);
});

it('says how often was asked, and how long was waited', () => {
  const { values } = imdsFailing.check(evidence({ events: [struck(0), struck(1), given(3.2)] }))[1] ?? {};
  expect(values).toEqual({ requests: '3', waits: '1.0, 2.2' });
});

it('is not passed by a program that gave up', () => {
  expect(passedIn(imdsFailing, { events: [struck(0), struck(1), struck(3), struck(7)] })).toEqual([
    'failed',
    'retried',
  ]);
});

it.each([
  ['the next run of the program', { clientRequestId: 'two' }],
  ['somebody who asks by hand', { clientRequestId: undefined }],
])('does not take %s for a retry', (_, what) => {
  const events = [struck(0), given(1, what as Partial<FlowEvent>), READ];
  expect(passedIn(imdsFailing, { events })).toEqual(['failed']);
});

it('does not take a refusal of its own for a failure of IMDS', () => {
  const refused = tokenRefused('vm-app01', 'metadata header', second(0));
  expect(passedIn(imdsFailing, { events: [refused, given(1), READ] })).toEqual([]);
});

it('does not take a secret that was read with another token', () => {
  const events = [struck(0), given(1), { ...READ, tokenId: 'token-2' }];
  expect(passedIn(imdsFailing, { events })).toEqual(['failed', 'retried', 'recovered']);
});
