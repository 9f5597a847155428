import { describe, expect, it } from 'vitest';
import { passedIn, tokenGiven } from '../testing/evidence.ts';
import { identityId, machine, machineId, PRINCIPALS } from '../testing/exercise-resources.ts';
import { claims } from './claims.ts';

describe('the exercise claims', () => {
  const events = [tokenGiven('vm-app01', 't1', { principalId: PRINCIPALS['vm-app01'] })];
  const resources = [machine('vm-app01')];
  const right = {
    oid: PRINCIPALS['vm-app01'],
    uti: 't1',
    xms_mirid: machineId('vm-app01').replace('resourceGroups', 'resourcegroups'),
  };
  const passed = (answers: Record<string, string>) => passedIn(claims, { events, resources, answers });

  it('is passed by what stands in the token', () => {
    expect(passed(right)).toEqual(['token', 'oid', 'uti', 'xms_mirid']);
    expect(passed({})).toEqual(['token']);
  });

  it.each([
    ['oid', PRINCIPALS['vm-app02']],
    ['oid', PRINCIPALS['id-orders']],
    ['uti', 't0'],
    ['xms_mirid', identityId('id-orders')],
    ['xms_mirid', machineId('vm-app02')],
  ])('is not passed by another %s: %s', (asked, answer) => {
    expect(passed({ ...right, [asked]: answer })).not.toContain(asked);
  });

  it('is not passed by right answers to a token that nobody got', () => {
    expect(passedIn(claims, { resources, answers: right })).toEqual([]);
  });

  it('takes the user-assigned identity where the token was asked for that one', () => {
    const asked = [tokenGiven('vm-app01', 't2', { principalId: PRINCIPALS['id-orders'] })];
    const answers = { oid: PRINCIPALS['id-orders'], uti: 't2', xms_mirid: identityId('id-orders') };
    expect(passedIn(claims, { events: asked, resources, answers })).toHaveLength(4);
  });
});
