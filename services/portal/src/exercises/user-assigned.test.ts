import { describe, expect, it } from 'vitest';
import { happened, passedIn, tokenGiven, tokenRefused } from '../testing/evidence.ts';
import { identity, identityId, labToPrepare, machine, machineId, PRINCIPALS } from '../testing/exercise-resources.ts';
import { userAssigned } from './user-assigned.ts';

describe('the exercise user-assigned', () => {
  const resources = [machine('vm-app01'), machine('vm-app02'), identity('id-orders')];
  const shared = { principalId: PRINCIPALS['id-orders'] };
  const read = (caller: string, what = {}) => happened('blob', { operation: 'GetBlob', caller, ...shared, ...what });
  const which = tokenRefused('vm-app01', 'identity', { errorMessage: 'Multiple user assigned identities exist, …' });
  const first = [tokenGiven('vm-app01', 't2', shared), read('vm-app01')];
  const second = [tokenGiven('vm-app02', 't3', shared), read('vm-app02')];
  const answers = { oid: PRINCIPALS['id-orders'], claim: 'xms_az_rid' };
  const passed = (...events: typeof first) => passedIn(userAssigned, { events, resources });

  it('gives both machines two identities, and takes away their own', async () => {
    const { lab, asked } = labToPrepare(resources);
    await userAssigned.prepare?.(lab);
    expect(asked.map(({ path }) => path.split('?')[0])).toEqual([machineId('vm-app01'), machineId('vm-app02')]);
    expect(asked[0]?.body).toEqual({
      identity: { type: 'UserAssigned', userAssignedIdentities: { [identityId('id-orders')]: {} } },
    });
  });

  it('is passed when both machines read as the same principal, and it is known how to tell them apart', () => {
    const events = [which, ...first, ...second];
    expect(passedIn(userAssigned, { events, resources, answers })).toHaveLength(5);
    expect(passed(...events)).toEqual(['which', 'first', 'second']);
    expect(userAssigned.needs).toEqual(['vm-app02', 'trainer']);
  });

  it.each([
    ['another refusal', [tokenRefused('vm-app01', 'identity', { errorMessage: 'Identity not found' })]],
    ['a read as somebody else', [first[0], read('vm-app01', { principalId: PRINCIPALS['vm-app01'] })]],
    ['a token that nothing was read with', [tokenGiven('vm-app01', 't2', shared)]],
    ['what another machine read', [first[0], read('vm-app02')]],
    ['a read in vain', [first[0], read('vm-app01', { status: 403 })]],
  ])('is not passed by %s', (_, events) => expect(passed(...(events as typeof first))).toEqual([]));
});
