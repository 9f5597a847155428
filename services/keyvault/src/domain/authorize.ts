import { AzureError } from '@lab/shared/azure-error.ts';
import type { Clock } from '@lab/shared/clock.ts';
import type { Assignments } from '@lab/shared/policy/assignments.ts';
import { attributesOf, environmentAt } from '@lab/shared/rbac/conditions/index.ts';
import { type Decision, type DenyAssignment, decideAccess } from '@lab/shared/rbac/decide-access.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import type { Vault } from './vault.ts';

/** Data actions of secrets. All are dataActions: roles of the control plane alone, Owner too, open nothing here. */
export type SecretDataAction =
  `Microsoft.KeyVault/vaults/secrets/${'getSecret/action' | 'setSecret/action' | 'update/action' | 'readMetadata/action' | 'delete' | 'recover/action' | 'purge/action' | 'backup/action' | 'restore/action'}`;

export type Question = {
  readonly caller: AccessToken;
  readonly vault: Vault;
  readonly dataAction: SecretDataAction;
  /** The vault's id for what concerns no single secret, else the secret's. */
  readonly resourceId: string;
};

export type Decide = (question: Question) => Decision;

/** Azure RBAC over the assignments of the principals that the token speaks for. Of a secret, conditions know nothing. */
export const rbac =
  (assignments: Assignments, clock: Clock): Decide =>
  ({ caller, dataAction, resourceId }) => {
    const principalIds = [caller.oid, ...caller.groups];
    const operation = { dataAction };
    const attributes = attributesOf({ Environment: environmentAt(clock.now()) });
    return decideAccess({ principalIds, operation, resourceId, attributes }, assignments.ofPrincipals(principalIds));
  };

/**
 * The refusal of a vault that uses Azure RBAC, with Azure's line breaks and its space after the reason.
 * @param deniedBy The deny assignment that forbids it, if there is one.
 * @see https://learn.microsoft.com/azure/key-vault/general/rbac-guide
 */
export const forbiddenByRbac = ({ caller, vault, dataAction, resourceId }: Question, deniedBy?: DenyAssignment) =>
  new AzureError({
    kind: 'forbidden',
    code: 'Forbidden',
    message: [
      'Caller is not authorized to perform action on resource.',
      'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
      `Caller: appid=${caller.appid};oid=${caller.oid};iss=${caller.iss}`,
      `Action: '${dataAction}'`,
      `Resource: '${resourceId.toLowerCase()}'`,
      'Assignment: (not found)',
      `DenyAssignmentId: ${deniedBy ? `'${deniedBy.id.split('/').at(-1)}'` : 'null'}`,
      `DecisionReason: '${deniedBy ? 'DeniedByDenyAssignment' : 'DeniedWithNoValidRBAC'}' `,
      `Vault: ${vault.name};location=${vault.location}`,
      '',
    ].join('\r\n'),
    extra: { innererror: 'ForbiddenByRbac' },
  });
