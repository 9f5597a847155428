import { describe, expect, it } from 'vitest';
import { happened, passedIn, tokenGiven } from '../testing/evidence.ts';
import { outside } from './outside.ts';

describe('the exercise outside', () => {
  const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token';
  const sent = (what = {}) => [{ machine: 'outsider', method: 'GET', url: IMDS, error: 'ENETUNREACH', ...what }];
  const challenge = (what = {}) =>
    happened('keyvault', {
      ...{ caller: 'outsider', status: 401, checks: [{ check: 'bearer token', outcome: 'failed' }] },
      ...what,
    });

  it('is passed when the same request fails outside and works inside, and the vault asks for a token', () => {
    const events = [challenge(), tokenGiven('vm-app01', 't1')];
    expect(passedIn(outside, { events, sent: sent() })).toEqual(['no-way', 'challenged', 'inside']);
    expect(outside.needs).toContain('isolation');
  });

  it.each([
    ['from a virtual machine', { machine: 'vm-app01' }],
    ['to somewhere else', { url: 'https://kv-lab.vault.azure.net/' }],
    ['that was answered', { status: 400, error: undefined }],
    ['to nowhere', { url: 'x' }],
  ])('is not passed by a request %s', (_, what) => expect(passedIn(outside, { sent: sent(what) })).toEqual([]));

  it('is not passed by a challenge for another machine, or a token that was bad', () => {
    const bad = challenge({ checks: [{ check: 'audience', outcome: 'failed' }] });
    expect(passedIn(outside, { events: [challenge({ caller: 'vm-app01' }), bad] })).toEqual([]);
  });
});
