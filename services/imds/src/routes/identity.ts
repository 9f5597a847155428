import type { Clock } from '@lab/shared/clock.ts';
import { begin } from '@lab/shared/faults/index.ts';
import { Router } from 'express';
import { identityNotFound, resourceMissing } from '../domain/failures.ts';
import { parseSelector, selectIdentity } from '../domain/select-identity.ts';
import { sendJson, toTokenResponse } from '../wire.ts';
import { admit, machineOf } from './admission.ts';
import { check, decide } from './checks.ts';
import { describeToken, type Tokens } from './tokens.ts';

/**
 * The identity endpoint: `/metadata/identity/oauth2/token` and `/metadata/identity/info`.
 *
 * `authority` is accepted and has no effect: tokens come from the tenant that the machine is in. Names that nobody knows
 * are ignored.
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
export function identityRoutes({ tokens, clock }: { tokens: Tokens; clock: Clock }): Router {
  const router = Router();

  router.all('/metadata/identity/oauth2/token', async (req, res) => {
    begin(res, 'GetManagedIdentityToken');
    const query = admit(req, res, 'identity');
    const machine = machineOf(res);

    const audience = query.get('resource') ?? '';
    check(res, 'resource', audience === '' ? resourceMissing() : undefined);
    const { selector, identity } = decide(res, 'identity', () => {
      const selector = parseSelector(query);
      return { selector, identity: selectIdentity(machine.identities, selector) };
    });

    const bypass = query.get('bypass_cache')?.toLowerCase() === 'true';
    const { token } = await describeToken(res, tokens, { host: machine, identity, audience, bypass });
    const { clientId } = identity;
    const now = clock.now();
    sendJson(req, res, 200, toTokenResponse(token, { clientId, audience, now, ...(selector && { selector }) }));
  });

  router.all('/metadata/identity/info', (req, res) => {
    begin(res, 'GetIdentityInfo');
    admit(req, res, 'identity');
    const { identities, tenantId } = machineOf(res);
    check(res, 'identity', identities.length === 0 ? identityNotFound() : undefined);
    sendJson(req, res, 200, { tenantId });
  });

  return router;
}
