import type { FlowEvent } from '@lab/shared/events.ts';
import { describe, expect, it } from 'vitest';
import { happened, passedIn, tokenGiven } from '../testing/evidence.ts';
import {
  identityId,
  labToPrepare,
  machine,
  machineId,
  PRINCIPALS,
  ROLES,
  roleAssignment,
  servicePrincipal,
  vaultId,
} from '../testing/exercise-resources.ts';
import type { ShownResource } from './exercise.ts';
import { systemAssigned } from './system-assigned.ts';

describe('the exercise system-assigned', () => {
  const assignment = roleAssignment('vm-app01', vaultId('kv-lab'), ROLES.secretsUser);
  const facts = { principalId: PRINCIPALS['vm-app01'], machineId: machineId('vm-app01') };
  const NEW = '00000000-0000-4000-8000-000000000099';
  const asked = (status: number, principalId: string, tokenId: string, caller = 'vm-app01') =>
    happened('keyvault', { operation: 'GetSecret', caller, principalId, status, tokenId });
  const given = (principalId: string, tokenId: string, owner: string) =>
    tokenGiven('vm-app01', tokenId, { principalId, issued: { header: {}, claims: { xms_mirid: owner } } });
  const read = [given(PRINCIPALS['vm-app01'], 'first', facts.machineId), asked(200, PRINCIPALS['vm-app01'], 'first')];
  const renewed = given(NEW, 'new', facts.machineId.toUpperCase());
  const refused = [renewed, asked(403, NEW, 'new')];
  const passed = (events: FlowEvent[], ...resources: ShownResource[]) =>
    passedIn(systemAssigned, { events, resources, facts });

  it('remembers who the machine is at first', async () => {
    const { lab } = labToPrepare([machine('vm-app01')]);
    expect(await systemAssigned.prepare?.(lab)).toEqual(facts);
  });

  it('is passed when it is another one afterwards, what it had is nobodys, and the machine is gone', () => {
    const there = [machine('vm-app01'), servicePrincipal('vm-app01'), assignment];
    expect(passed([], ...there)).toEqual([]);
    expect(passed(read, ...there)).toEqual(['read']);
    const gone = [machine('vm-app01'), assignment];
    expect(passed([...read, ...refused], ...gone)).toEqual(['read', 'another', 'orphans']);
    expect(passed([...read, ...refused], assignment)).toEqual(['read', 'another', 'orphans', 'deleted']);
  });

  const orders = PRINCIPALS['id-orders'];
  it.each([
    ['the one that it was', [asked(403, PRINCIPALS['vm-app01'], 'first')]],
    ['its user-assigned identity', [given(orders, 'orders', identityId('id-orders')), asked(403, orders, 'orders')]],
    ['somebody whose token it was never given', [asked(403, NEW, 'forged')]],
    ['the new one at another machine', [renewed, asked(403, NEW, 'new', 'vm-app02')]],
    ['the new one, which is let in', [renewed, asked(200, NEW, 'new')]],
  ])('is not passed by a request of %s', (_, events) => {
    expect(passed([...read, ...events], machine('vm-app01'), assignment)).toEqual(['read', 'orphans']);
  });

  it('is not passed by taking the roles away as well', () => {
    expect(passed([...read, ...refused], machine('vm-app01'))).toEqual(['read', 'another']);
  });
});
