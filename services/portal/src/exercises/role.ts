import { covers } from '@lab/shared/rbac/scope.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { isAbout, sentBy, succeeded } from './evidence.ts';
import { type Exercise, finding } from './exercise.ts';
import { allows, existing, type Role } from './existing.ts';

const SECRET = 'OrderKey';
const READ = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
/** What comes with it in Key Vault Secrets User: which secrets there are. */
const LIST = 'Microsoft.KeyVault/vaults/secrets/readMetadata/action';

/** A good token and no role: 403. Then the smallest role that will do, at the smallest scope. */
export const role: Exercise = {
  id: 'role',
  needs: [],
  asks: [],
  prepare: async ({ scene, apply, resources }) => {
    const { tenant, subscription, resourceGroup } = scene.data;
    const vaults = [{ name: scene.newVault, secrets: { [SECRET]: 'You have the role.' } }];
    const resourceGroups = [{ name: resourceGroup, vaults }];
    await apply({ tenants: [{ name: tenant, subscriptions: [{ name: subscription, resourceGroups }] }] });
    const there = existing([...(await resources('virtualMachine')), ...(await resources('roleAssignment'))]);
    const principalId = there.ownIdentity(scene.machine)?.principalId ?? '';
    return {
      before: there
        .assignmentsOf(principalId)
        .map(({ id }) => id)
        .join(' '),
    };
  },
  check: ({ scene, events, resources, facts }) => {
    const there = existing(resources);
    const principalId = there.ownIdentity(scene.machine)?.principalId ?? '';
    const vaultId = there.vault(scene.newVault)?.resourceId ?? '/';
    const secretId = `${vaultId}/secrets/${SECRET}`;
    const before = facts.before?.split(' ') ?? [];
    const given = there
      .assignmentsOf(principalId)
      .filter(({ id }) => !before.includes(id))
      .map(({ scope, roleDefinitionId }) => ({ scope, role: there.role(roleDefinitionId) }));
    const isEnough = given.filter((one) => covers(one.scope, secretId) && one.role && allows(one.role, READ));
    const tooMuch = given.filter((one) => !covers(vaultId, one.scope) || !one.role || !isOnlyToRead(one.role));
    const asked = events.filter(
      (event) =>
        event.operation === 'GetSecret' &&
        sentBy(event, scene.machine) &&
        event.principalId === principalId &&
        isAbout(event, secretId),
    );
    const names = (list: typeof given) => list.map((one) => one.role?.roleName ?? '').join(', ');
    return [
      finding(
        'refused',
        asked.some(({ status }) => status === 403),
      ),
      finding('assigned', isEnough.length > 0, { roles: names(given) }),
      finding('narrow', isEnough.length > 0 && tooMuch.length === 0, { roles: names(tooMuch) }),
      finding('read', asked.some(succeeded)),
    ];
  },
};

/** A pattern is too much whatever is taken from it again: it grows with what Azure adds. */
const isOnlyToRead = ({ actions, dataActions }: Role): boolean =>
  actions.length === 0 && dataActions.every((action) => [READ, LIST].some((one) => sameText(one, action)));
