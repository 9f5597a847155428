import { describe, expect, it } from 'vitest';
import { evidence, happened, passedIn } from '../testing/evidence.ts';
import {
  labToPrepare,
  machine,
  PRINCIPALS,
  ROLES,
  roleAssignment,
  vault,
  vaultId,
} from '../testing/exercise-resources.ts';
import type { ShownResource } from './exercise.ts';
import { role } from './role.ts';

describe('the exercise role', () => {
  const NEW = vaultId('kv-orders');
  const before = roleAssignment('vm-app01', vaultId('kv-lab'), ROLES.secretsUser);
  const resources = [machine('vm-app01'), vault('kv-lab'), vault('kv-orders'), before];
  const facts = { before: before.id };
  const asked = (status: number, what = {}) =>
    happened('keyvault', {
      ...{ operation: 'GetSecret', caller: 'vm-app01', principalId: PRINCIPALS['vm-app01'], status },
      decision: { operation: 'x', resourceId: `${NEW}/secrets/OrderKey`, grantedBy: null, considered: [] },
      ...what,
    });
  const passed = (events: ReturnType<typeof asked>[], ...given: ShownResource[]) =>
    passedIn(role, { events, resources: [...resources, ...given], facts });

  it('prepares a vault that the machine has no role at', async () => {
    const { lab, applied } = labToPrepare(resources);
    const remembered = await role.prepare?.(lab);
    expect(remembered).toEqual(facts);
    expect(JSON.stringify(applied)).toContain('kv-orders');
    expect(role.check(evidence({ resources, facts })).filter((one) => one.passed)).toEqual([]);
  });

  it('is passed by a refusal, the smallest role at the vault, and the secret', () => {
    const given = roleAssignment('vm-app01', NEW, ROLES.secretsUser);
    expect(passed([asked(403), asked(200)], given)).toEqual(['refused', 'assigned', 'narrow', 'read']);
    const atTheSecret = roleAssignment('vm-app01', `${NEW}/secrets/OrderKey`, ROLES.secretsUser);
    expect(passed([asked(403), asked(200)], atTheSecret)).toContain('narrow');
  });

  it.each([
    ['at the whole group', roleAssignment('vm-app01', NEW.split('/providers')[0] ?? '', ROLES.secretsUser)],
    ['that may write, too', roleAssignment('vm-app01', NEW, ROLES.secretsOfficer)],
  ])('is not passed by a role %s', (_, given) => {
    expect(passed([asked(403), asked(200)], given)).toEqual(['refused', 'assigned', 'read']);
  });

  it.each([
    ['for somebody else', roleAssignment('vm-app02', NEW, ROLES.secretsUser)],
    ['that does not reach the vault', roleAssignment('vm-app01', vaultId('kv-other'), ROLES.secretsUser)],
    ['that does not read secrets', roleAssignment('vm-app01', NEW, 'acdd72a7-3385-48ef-bd42-f606fba81ae7')],
  ])('is not passed by a role %s', (_, given) => expect(passed([asked(403)], given)).toEqual(['refused']));

  it('is not passed by what happened at another vault, or as somebody else', () => {
    const elsewhere = { decision: { operation: 'x', resourceId: vaultId('kv-lab'), grantedBy: null, considered: [] } };
    expect(passed([asked(403, elsewhere), asked(200, { principalId: PRINCIPALS['id-orders'] })])).toEqual([]);
  });
});
