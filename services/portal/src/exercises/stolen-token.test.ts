import type { CheckName } from '@lab/shared/event-words.ts';
import type { FlowEvent } from '@lab/shared/events.ts';
import { expect, it } from 'vitest';
import { happened, passedIn, tokenGiven } from '../testing/evidence.ts';
import { stolenToken } from './stolen-token.ts';

const TOKEN = tokenGiven('vm-app01', 'token-1');
const READ = happened('keyvault', { operation: 'GetSecret', caller: 'outsider', tokenId: 'token-1' });
const refused = (check: CheckName, uti = 'token-1'): FlowEvent =>
  happened('keyvault', {
    ...{ operation: 'GetSecret', caller: 'outsider', status: 401 },
    ...{ checks: [{ check, outcome: 'failed', reason: 'Why.' }], token: { header: {}, claims: { uti } } },
  });

it('is passed by a token that another machine read a secret with, until it expired', () => {
  expect(passedIn(stolenToken, { events: [TOKEN, READ, refused('expiry')] })).toEqual(['token', 'replayed', 'expired']);
});

it.each([
  ['by the machine that it was given to', { caller: 'vm-app01' }],
  ['in vain', { status: 403 }],
  ['with a token that IMDS did not give', { tokenId: 'forged' }],
])('is not passed by a secret that was read %s', (_, what) => {
  expect(passedIn(stolenToken, { events: [TOKEN, { ...READ, ...what }] })).toEqual(['token']);
});

it.each([
  ['for another reason', refused('issuer')],
  ['and was another one', refused('expiry', 'token-2')],
])('is not passed by a token that was refused %s', (_, event) => {
  expect(passedIn(stolenToken, { events: [TOKEN, READ, event] })).toEqual(['token', 'replayed']);
});

it('does not count a refusal of a token that never opened anything from there', () => {
  expect(passedIn(stolenToken, { events: [TOKEN, refused('expiry')] })).toEqual(['token']);
});
