import { AzureError } from '@lab/shared/azure-error.ts';
import type { PolicyDecision } from '@lab/shared/policy/access-policies.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import type { Vault } from './vault.ts';

/** The refusal of a vault that uses access policies. */
export const forbiddenByPolicy = (caller: AccessToken, vault: Vault, { permission }: PolicyDecision) =>
  new AzureError({
    kind: 'forbidden',
    code: 'Forbidden',
    message: `The user, group or application 'appid=${caller.appid};oid=${caller.oid};numgroups=${caller.groups.length};iss=${caller.iss}' does not have secrets ${permission} permission on key vault '${vault.name};location=${vault.location}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    extra: { innererror: 'AccessDenied' },
  });
