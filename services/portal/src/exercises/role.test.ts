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

const READ = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';

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

  const [subscription = ''] = NEW.split('/resourceGroups');
  it.each([
    ['Owner', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', subscription],
    ['Contributor', 'b24988ac-6180-42a0-ab88-20f7382dd24c', subscription],
    ['Owner', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', NEW],
    ['Contributor', 'b24988ac-6180-42a0-ab88-20f7382dd24c', NEW],
    ['Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7', NEW],
    ['User Access Administrator', '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', NEW],
    ['Role Based Access Control Administrator', 'f58310d9-a9f6-439a-9e8d-f62e7b41a168', NEW],
    ['Key Vault Contributor', 'f25e0fa2-a7c8-4377-a976-54943a77a395', NEW],
    ['Key Vault Administrator', '00482a5a-887f-4fb3-b363-3b7fe8e74483', NEW],
    ['Key Vault Reader', '21090545-7ca7-4776-b22c-e363652d74d2', NEW],
    ['Key Vault Secrets Officer', ROLES.secretsOfficer, NEW],
    ['Key Vault Certificates Officer', 'a4417e6f-fecd-4de8-b567-7b0420556985', NEW],
    ['Key Vault Certificate User', 'db79e9a7-68ee-4b58-9aeb-b90e7c24fcba', NEW],
    ['Key Vault Crypto Officer', '14b46e9e-c2b7-41b4-b07b-48a6ebf60603', NEW],
    ['Key Vault Crypto User', '12338af0-0e69-4776-bea7-57ae8d297424', NEW],
    ['a role that nobody knows', '00000000-0000-4000-8000-000000000077', NEW],
  ])('is not passed by %s beside the smallest role', (name, id, scope) => {
    const [smallest, more] = [
      roleAssignment('vm-app01', NEW, ROLES.secretsUser),
      roleAssignment('vm-app01', scope, id),
    ];
    expect(passed([asked(403), asked(200)], smallest, more)).toEqual(['refused', 'assigned', 'read']);
    const findings = role.check(evidence({ resources: [...resources, smallest, more], facts }));
    const known = name.startsWith('a role') ? '' : name;
    expect(findings.find(({ id }) => id === 'narrow')?.values).toEqual({ roles: known });
  });

  const custom = (dataActions: readonly string[], actions: readonly string[] = []): ShownResource => ({
    ...{ kind: 'roleDefinition', id: '00000000-0000-4000-8000-000000000078', roleName: 'Own', description: '' },
    ...{ actions, notActions: [], dataActions, notDataActions: [] },
    ...{ tenantId: '00000000-0000-4000-8000-000000000079', assignableScopes: [subscription] },
  });
  it.each([
    ['reads secrets alone', custom(['microsoft.keyvault/vaults/secrets/GETSECRET/action']), true],
    ['reads whatever there is', custom(['Microsoft.KeyVault/vaults/*']), false],
    ['deletes the vault as well', custom([READ], ['Microsoft.KeyVault/vaults/delete']), false],
  ])('counts a role of your own that %s', (_, definition, isNarrow) => {
    const given = roleAssignment('vm-app01', NEW, definition.id);
    const done = passed([asked(403), asked(200)], definition, given);
    expect([done.includes('assigned'), done.includes('narrow')]).toEqual([true, isNarrow]);
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
