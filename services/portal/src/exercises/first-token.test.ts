import { describe, expect, it } from 'vitest';
import { happened, passedIn, tokenGiven, tokenRefused } from '../testing/evidence.ts';
import { firstToken } from './first-token.ts';

describe('the exercise first-token', () => {
  const passed = (...events: Parameters<typeof happened>[1][]) =>
    passedIn(firstToken, { events: events as ReturnType<typeof happened>[] });
  const read = (tokenId: string, what = {}) =>
    happened('keyvault', { operation: 'GetSecret', caller: 'vm-app01', tokenId, ...what });
  const withoutHeader = tokenRefused('vm-app01', 'metadata header');

  it('is passed by a request without the header, a token, and a secret that was read with it', () => {
    const token = tokenGiven('vm-app01', 't1', { audience: 'https://vault.azure.net/' });
    expect(passed(withoutHeader, token, read('t1'))).toEqual(['no-header', 'token', 'secret']);
    expect(passed(withoutHeader)).toEqual(['no-header']);
    expect(passed(tokenGiven('vm-app01', 't1'))).toEqual(['token']);
  });

  it.each([
    ['another machine got the token', [tokenGiven('vm-app02', 't1'), read('t1')]],
    [
      'the token was for something else',
      [tokenGiven('vm-app01', 't1', { audience: 'https://storage.azure.com' }), read('t1')],
    ],
    ['it was refused for another reason', [tokenRefused('vm-app01', 'x-forwarded-for')]],
  ])('is not passed where %s', (_, events) => expect(passed(...events)).toEqual([]));

  it.each([
    ['with a token of before', read('t0')],
    ['by another machine', read('t1', { caller: 'outsider' })],
    ['in vain', read('t1', { status: 403 })],
  ])('is not passed by a secret read %s', (_, event) => {
    expect(passed(withoutHeader, tokenGiven('vm-app01', 't1'), event)).toEqual(['no-header', 'token']);
  });

  it('takes the word of the token where nobody knows who sent a request, as in the embedded lab', () => {
    const { caller: _, ...unknown } = read('t1', { virtualMachine: 'vm-app01' });
    expect(passed(tokenGiven('vm-app01', 't1'), unknown)).toEqual(['token', 'secret']);
  });
});
