import { describe, expect, it } from 'vitest';
import { happened, passedIn, tokenGiven } from '../testing/evidence.ts';
import { audience } from './audience.ts';

describe('the exercise audience', () => {
  const other = tokenGiven('vm-app01', 't1', { audience: 'https://management.azure.com/' });
  const refused = (what = {}) =>
    happened('keyvault', {
      ...{ status: 401, caller: 'vm-app01', checks: [{ check: 'audience', outcome: 'failed' }] },
      ...what,
    });
  const read = (tokenId: string) => happened('keyvault', { operation: 'GetSecret', caller: 'vm-app01', tokenId });
  const answers = { audience: 'https://vault.azure.net/' };

  it('is passed by a token for something else that is refused, and one for the vault that is not', () => {
    const events = [other, refused(), tokenGiven('vm-app01', 't2'), read('t2')];
    expect(passedIn(audience, { events, answers })).toEqual(['other-token', 'refused', 'expected', 'read']);
    expect(passedIn(audience, { events })).toEqual(['other-token', 'refused', 'read']);
  });

  it('takes the refusal of a token that nobody knows the sender of, as in the embedded lab', () => {
    expect(passedIn(audience, { events: [other, refused({ caller: undefined })] })).toContain('refused');
  });

  it.each([
    ['for another reason', refused({ checks: [{ check: 'expiry', outcome: 'failed' }] })],
    ['of another machine', refused({ caller: 'outsider' })],
    ['at another service', { ...refused(), service: 'blob' }],
  ])('is not passed by a refusal %s', (_, event) => {
    expect(passedIn(audience, { events: [other, event] })).toEqual(['other-token']);
  });

  it('is not passed by the token for the vault alone', () => {
    expect(passedIn(audience, { events: [refused(), tokenGiven('vm-app01', 't2'), read('t2')] })).toEqual(['read']);
  });
});
