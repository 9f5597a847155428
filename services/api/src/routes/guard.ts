import { AzureError } from '@lab/shared/azure-error.ts';
import { machineIn } from '@lab/shared/event-details.ts';
import { type CheckMade, describe } from '@lab/shared/events.ts';
import type { ApiApplication } from '@lab/shared/lab/lab-state.ts';
import { checksMade } from '@lab/shared/tokens/checks-made.ts';
import { TOKEN_CHECKS, type TokenCheck, TokenFailure } from '@lab/shared/tokens/claims.ts';
import { type Decision, type ManagedIdentityMiddleware, requireManagedIdentity } from '@managed-identity-lab/express';
import type { RequestHandler, Response } from 'express';

/** Who may pass, by the app role that is needed. */
export type Guards = {
  needs(role: string): RequestHandler;
  close(): void;
};

/**
 * The middleware that people put before their own routes, and beside it what is only in the lab: each decision is told to the
 * event of its request.
 */
export function tokenGuards(
  application: ApiApplication | undefined,
  lab: { readonly authority: string; readonly ca: string },
): Guards {
  const made: ManagedIdentityMiddleware[] = [];
  const notDeclared: RequestHandler = () => {
    throw new AzureError({
      kind: 'unavailable',
      code: 'ApplicationNotDeclared',
      message: 'This API has no app registration: lab.yaml declares none for it.',
    });
  };
  return {
    needs: (role) => {
      if (!application) return notDeclared;
      const { tenantId: tenant, clientId, identifierUris } = application;
      const audience = [...identifierUris, clientId]; // of v1.0 tokens, and of v2.0 tokens
      const onDecision = (decision: Decision, _req: unknown, res: unknown) => tell(res as Response, decision);
      const middleware = requireManagedIdentity({ audience, tenant, roles: [role], lab, onDecision });
      made.push(middleware);
      return middleware;
    },
    close: () => {
      for (const middleware of made) middleware.close();
    },
  };
}

function tell(res: Response, decision: Decision): void {
  const { identity, code } = decision;
  const { uti, xms_az_rid: host } = identity?.claims ?? {};
  describe(res, {
    checks: checksOf(decision),
    ...(code !== undefined && { errorCode: code }),
    ...(identity && {
      principalId: identity.principalId,
      clientId: identity.clientId,
      audience: String(identity.claims.aud),
    }),
    ...(typeof uti === 'string' && { tokenId: uti }),
    ...(typeof host === 'string' && machineIn(host)),
  });
}

/** In the order in which they are made: those of every token, then those of this middleware. */
function checksOf({ status, check, reason = '' }: Decision): CheckMade[] {
  if (check === undefined && status === 401) return [{ check: 'bearer token', outcome: 'failed', reason }];
  if (check === undefined && status !== 200) return []; // no keys
  if (TOKEN_CHECKS.includes(check as TokenCheck)) return checksMade(new TokenFailure(check as TokenCheck, reason));
  const made = check === undefined ? OWN_CHECKS.length : OWN_CHECKS.indexOf(check);
  const passed = OWN_CHECKS.slice(0, made).map((name) => ({ check: name, outcome: 'passed' as const }));
  return [...checksMade(), ...passed, ...(check === undefined ? [] : [{ check, outcome: 'failed' as const, reason }])];
}

const OWN_CHECKS = ['app-only', 'credential', 'bound', 'role'];
