import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { AzureError } from '@lab/shared/azure-error.ts';
import { machineIn } from '@lab/shared/event-details.ts';
import { type CheckMade, describe } from '@lab/shared/events.ts';
import type { ApiApplication } from '@lab/shared/lab/lab-state.ts';
import { checksMade } from '@lab/shared/tokens/checks-made.ts';
import { TOKEN_CHECKS, type TokenCheck, TokenFailure } from '@lab/shared/tokens/claims.ts';
import type { TokenReport } from '@lab/shared/tokens/token-reports.ts';
import {
  type Decision,
  type ManagedIdentityMiddleware,
  type ManagedIdentityOptions,
  requireManagedIdentity,
} from '@managed-identity-lab/express';
import type { RequestHandler, Response } from 'express';

/** Who may pass, by the app role that is needed. */
export type Guards = {
  needs(role: string): RequestHandler;
  /** What it would say to a request for orders with a token; nothing where it has no application. */
  reportsOn(token: string): Promise<{ reports: TokenReport[] }>;
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
  const guard = (
    { tenantId: tenant, clientId, identifierUris }: ApiApplication,
    role: string,
    onDecision: NonNullable<ManagedIdentityOptions['onDecision']>,
  ): ManagedIdentityMiddleware => {
    const audience = [...identifierUris, clientId]; // of v1.0 tokens, and of v2.0 tokens
    const middleware = requireManagedIdentity({ audience, tenant, roles: [role], lab, onDecision });
    made.push(middleware);
    return middleware;
  };
  const decisions = new WeakMap<IncomingMessage, Decision>();
  const asked = application && guard(application, 'Orders.Read', (decision, req) => decisions.set(req, decision));
  return {
    needs: (role) => {
      if (!application) return notDeclared;
      return guard(application, role, (decision, _req, res) => tell(res as Response, decision));
    },
    reportsOn: async (token) => {
      if (!application || !asked) return { reports: [] };
      // The middleware itself is asked, with a request that nobody sent.
      const req = new IncomingMessage(new Socket());
      req.headers.authorization = `Bearer ${token}`;
      await new Promise<void>((resolve, reject) => {
        const res = new ServerResponse(req);
        res.end = () => {
          resolve();
          return res;
        };
        asked(req, res, (error) => (error ? reject(error) : resolve()));
      });
      const decision = decisions.get(req);
      if (!decision || decision.status === 503) throw keysUnknown();
      return { reports: [toReport(decision, application.identifierUris[0] ?? application.clientId)] };
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
  const failed = OWN_CHECKS.find((name) => name === check);
  const made = failed === undefined ? OWN_CHECKS.length : OWN_CHECKS.indexOf(failed);
  const passed = OWN_CHECKS.slice(0, made).map((name) => ({ check: name, outcome: 'passed' as const }));
  const refusal = failed === undefined ? [] : [{ check: failed, outcome: 'failed' as const, reason }];
  return [...checksMade(), ...passed, ...refusal];
}

function toReport(decision: Decision, audience: string): TokenReport {
  const { status, code = '', reason = '' } = decision;
  const checks = checksOf(decision);
  if (status === 200) return { audience, checks, accepted: true };
  return { audience, checks, accepted: false, refusal: { status, code, message: reason } };
}

const keysUnknown = () =>
  new AzureError({ kind: 'unavailable', code: 'KeysUnavailable', message: 'The keys of Entra cannot be fetched.' });

const OWN_CHECKS = ['app-only', 'credential', 'bound', 'role'] as const;
