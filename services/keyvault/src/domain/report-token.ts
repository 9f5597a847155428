import { decideByPolicies, explainPolicies } from '@lab/shared/policy/access-policies.ts';
import { explain } from '@lab/shared/policy/explain.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import { MOST_REPORTS, reportOn, type TokenReport } from '@lab/shared/tokens/token-reports.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import { forbiddenByPolicy } from './access-policies.ts';
import { type Decide, forbiddenByRbac, type Question } from './authorize.ts';
import { AUDIENCES, KEY_VAULT, tokenRefused } from './token-refusal.ts';
import type { Vault } from './vault.ts';

/** What each vault would say to this token, and to its caller who wants to get any of its secrets. */
export function tokenReports({
  vaults,
  verifyToken,
  decide,
}: {
  vaults: () => readonly Vault[];
  verifyToken: VerifyToken;
  decide: Decide;
}): (token: string) => Promise<{ reports: TokenReport[] }> {
  const reading = (caller: AccessToken, vault: Vault) => {
    if (vault.enableRbacAuthorization === false) {
      const decision = decideByPolicies(caller, vault, 'GetSecret');
      const refusal = decision.grantedBy ? undefined : forbiddenByPolicy(caller, vault, decision);
      return { decision: explainPolicies(decision, vault), refusal };
    }
    const dataAction = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
    const question: Question = { caller, vault, dataAction, resourceId: vault.resourceId };
    const decision = decide(question);
    return {
      decision: explain(decision, { operation: dataAction, resourceId: vault.resourceId }),
      refusal: decision.grantedBy ? undefined : forbiddenByRbac(question, decision.deniedBy),
    };
  };
  return async (token) => ({
    reports: await Promise.all(
      vaults()
        .slice(0, MOST_REPORTS)
        .map((vault) =>
          reportOn({
            resource: vault.name,
            audience: KEY_VAULT,
            judge: () => verifyToken(token, { tenantId: vault.tenantId, audiences: AUDIENCES }),
            refuse: (failure) => tokenRefused(failure, vault.tenantId),
            decide: (caller) => reading(caller, vault),
          }),
        ),
    ),
  });
}
