import type { IncomingMessage, ServerResponse } from 'node:http';
import { credentialsOf } from '@lab/shared/http/bearer.ts';
import { repeatedHeaders } from '@lab/shared/http/request.ts';
import { TokenFailure } from '@lab/shared/tokens/claims.ts';
import {
  keysUnavailable,
  type Refusal,
  refuse,
  roleMissing,
  tokenMissing,
  tokenRefused,
  tokenRepeated,
} from './answer.ts';
import { type AuthoritySource, sourceOf } from './keys.ts';
import { Mistake } from './mistake.ts';
import { type Settings, settingsOf } from './options.ts';
import type {
  Decision,
  ManagedIdentity,
  ManagedIdentityMiddleware,
  ManagedIdentityOptions,
  WithManagedIdentity,
} from './types.ts';
import { IdentityFailure, verifyIdentity } from './verify-identity.ts';

/**
 * Lets through who presents a token of a managed identity for this API, with one of `roles` where they are given.
 *
 *     401  no token, or one that is not good: signature, issuer, audience, tenant, time; or not of a managed identity
 *     403  a good token without any of the roles
 *     503  the keys of Entra have never been fetched and cannot be
 *
 * Where all of several roles are needed, mount it once for each.
 * Deviation from Entra: none is known of a managed identity that this refuses. That the token is one's own API's to accept is
 * said by its audience alone, so that `roles` should be given: Entra issues tokens for any API of a tenant to every
 * application of it, unless the API's service principal requires an assignment.
 *
 * @throws TypeError for options that are not usable.
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens
 */
export function requireManagedIdentity(options: ManagedIdentityOptions): ManagedIdentityMiddleware {
  const settings = settingsOf(options, process.env);
  if (settings.authority.isLab && process.env.NODE_ENV === 'production') warnOfLab();
  const source = sourceOf(settings.authority);
  const { onDecision = () => {} } = options;
  let closed = false;

  const handle = async (req: IncomingMessage & WithManagedIdentity, res: ServerResponse): Promise<boolean> => {
    const { refusal, ...decision } = closed
      ? { refusal: keysUnavailable, status: keysUnavailable.status, code: keysUnavailable.code }
      : await decide(req, settings, source);
    onDecision(decision, req, res);
    if (refusal) {
      refuse(res, refusal);
      return false;
    }
    if (decision.identity) req.managedIdentity = decision.identity;
    return true;
  };
  const middleware = (
    req: IncomingMessage & WithManagedIdentity,
    res: ServerResponse,
    next: (error?: unknown) => void,
  ): void => {
    handle(req, res).then((passed) => passed && next(), next);
  };
  return Object.assign(middleware, {
    close: () => {
      closed = true;
      source.close();
    },
  });
}

/** No mistake by itself, because the image that is tested in the lab is that of production. One that shows, where it is one. */
function warnOfLab(): void {
  if (warned) return;
  warned = true;
  process.emitWarning(
    'NODE_ENV is production, and `lab` is on: tokens of the managed identity lab are accepted, and none of Microsoft Entra',
    { code: 'MANAGED_IDENTITY_LAB' },
  );
}
let warned = false;

/** Who called. @throws Error where the route is not behind `requireManagedIdentity`, so that none can forget it. */
export function managedIdentityOf(req: WithManagedIdentity): ManagedIdentity {
  if (!req.managedIdentity) throw new Error('the route is not behind requireManagedIdentity');
  return req.managedIdentity;
}

async function decide(
  req: IncomingMessage,
  settings: Settings,
  source: AuthoritySource,
): Promise<Decision & { refusal?: Refusal }> {
  const { audiences, roles } = settings;
  const refused = (refusal: Refusal, more: Omit<Decision, 'status'> = {}) => ({
    status: refusal.status,
    code: refusal.code,
    reason: refusal.message,
    ...more,
    refusal,
  });
  const credentials = credentialsOf(req);
  if (repeatedHeaders(req, ['authorization']).length > 0) return refused(tokenRepeated);
  if (credentials.scheme !== 'bearer') return refused(tokenMissing(audiences[0] ?? ''));
  try {
    const identity = await verifyIdentity(credentials.token, settings, source);
    if (roles && !roles.some((role) => identity.roles.includes(role))) {
      return refused(roleMissing(roles), { check: 'role', identity });
    }
    return { status: 200, identity };
  } catch (error) {
    if (error instanceof TokenFailure || error instanceof IdentityFailure) {
      return refused(tokenRefused(error.message), { check: error.check });
    }
    if (error instanceof Mistake) throw error; // for the error handler of the app
    return refused(keysUnavailable);
  }
}
