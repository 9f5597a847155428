import { describe, expect, it } from 'vitest';
import { happened, passedIn, tokenGiven } from '../testing/evidence.ts';
import { identity, machine, PRINCIPALS } from '../testing/exercise-resources.ts';
import { userAssigned } from './user-assigned.ts';

describe('the exercise user-assigned', () => {
  const resources = [machine('vm-app01'), machine('vm-app02'), identity('id-orders')];
  const shared = { principalId: PRINCIPALS['id-orders'] };
  const read = (caller: string, what = {}) => happened('blob', { operation: 'GetBlob', caller, ...shared, ...what });
  const own = tokenGiven('vm-app01', 't1', { principalId: PRINCIPALS['vm-app01'] });
  const first = [tokenGiven('vm-app01', 't2', shared), read('vm-app01')];
  const second = [tokenGiven('vm-app02', 't3', shared), read('vm-app02')];
  const answers = { oid: PRINCIPALS['id-orders'], claim: 'xms_az_rid' };
  const passed = (...events: typeof first) => passedIn(userAssigned, { events, resources });

  it('is passed when both machines read as the same principal, and it is known how to tell them apart', () => {
    const events = [own, ...first, ...second];
    expect(passedIn(userAssigned, { events, resources, answers })).toHaveLength(5);
    expect(passed(...events)).toEqual(['default', 'first', 'second']);
    expect(userAssigned.needs).toEqual(['vm-app02']);
  });

  it('is not passed by the machines own identities, a token that nothing was read with, or another machines read', () => {
    const asOwn = read('vm-app01', { principalId: PRINCIPALS['vm-app01'] });
    expect(passed(own, asOwn)).toEqual(['default']);
    expect(passed(tokenGiven('vm-app01', 't2', shared))).toEqual([]);
    expect(passed(tokenGiven('vm-app01', 't2', shared), read('vm-app02'))).toEqual([]);
    expect(passed(tokenGiven('vm-app01', 't2', shared), read('vm-app01', { status: 403 }))).toEqual([]);
  });
});
