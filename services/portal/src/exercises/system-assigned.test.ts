import { describe, expect, it } from 'vitest';
import { happened, passedIn } from '../testing/evidence.ts';
import {
  labToPrepare,
  machine,
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
  const facts = { principalId: PRINCIPALS['vm-app01'] };
  const asked = (status: number, principalId: string) =>
    happened('keyvault', { operation: 'GetSecret', caller: 'vm-app01', principalId, status });
  const read = asked(200, PRINCIPALS['vm-app01']);
  const refused = asked(403, '00000000-0000-4000-8000-000000000099');
  const passed = (events: ReturnType<typeof asked>[], ...resources: ShownResource[]) =>
    passedIn(systemAssigned, { events, resources, facts });

  it('remembers who the machine is at first', async () => {
    const { lab } = labToPrepare([machine('vm-app01')]);
    expect(await systemAssigned.prepare?.(lab)).toEqual(facts);
  });

  it('is passed when it is another one afterwards, what it had is nobodys, and the machine is gone', () => {
    const there = [machine('vm-app01'), servicePrincipal('vm-app01'), assignment];
    expect(passed([], ...there)).toEqual([]);
    expect(passed([read], ...there)).toEqual(['read']);
    expect(passed([read, refused], machine('vm-app01'), assignment)).toEqual(['read', 'another', 'orphans']);
    expect(passed([read, refused], assignment)).toEqual(['read', 'another', 'orphans', 'deleted']);
  });

  it('is not passed by taking the roles away as well, nor by a refusal of the one that it was', () => {
    expect(passed([asked(403, PRINCIPALS['vm-app01'])], machine('vm-app01'))).toEqual([]);
  });
});
