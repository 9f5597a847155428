import { AzureError } from '@lab/shared/azure-error.ts';
import type { Clock } from '@lab/shared/clock.ts';
import { describe, type Events } from '@lab/shared/events.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { ForgeRequest } from '@lab/shared/forge/forge-request.ts';
import { forgeToken } from '@lab/shared/forge/forge-token.ts';
import { Router } from 'express';
import { z } from 'zod';
import { accessTokenClaims, tokenHeader } from '../domain/access-token.ts';
import { findTokenResource } from '../domain/api-resource.ts';
import { rolesGranted } from '../domain/app-roles.ts';
import type { Registrations } from '../domain/application.ts';
import type { Directory } from '../domain/directory.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { findTokenPrincipals } from '../domain/principal.ts';

/**
 * `POST /forge` → 200 `{ token, header, claims }`: any token, for tests of what has to refuse it. Whoever may ask this could
 * act for anybody in the lab: the lab API alone, whose callers present the lab's token. The README has the body.
 */
export function forgeRoutes({
  directory,
  registrations,
  keys,
  clock,
  events,
}: {
  directory: Directory;
  registrations: Registrations;
  keys: KeyRing;
  clock: Clock;
  events: Events;
}): Router {
  const router = Router();
  router.post('/forge', events.record, allow('portal', 'tests'), async (req, res) => {
    describe(res, { operation: 'ForgeToken' });
    const parsed = ForgeRequest.safeParse(req.body);
    if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
    const { principal: name, principalId, audience, ...changes } = parsed.data;
    const [principal, ...others] = findTokenPrincipals(principalId ?? name ?? '', { directory, registrations });
    const tenant = principal && directory.findTenant(principal.tenantId);
    if (!principal || !tenant)
      throw invalid('There is no managed identity, application or operator of this name or id.');
    if (others.length > 0) throw ambiguous([principal, ...others].map((one) => one.principalId));
    const resource = findTokenResource(audience, tenant, registrations);
    if (!resource) throw invalid('There is no such resource; lay a foreign aud over the claims instead.');

    const { kid, privateKey } = keys.current();
    const now = clock.now();
    const assigned = registrations.assignmentsOf(principal.principalId).map(({ appRoleId }) => appRoleId);
    const roles = rolesGranted(resource.appRoles, assigned);
    const application = registrations.findApplicationByClientId(tenant.tenantId, principal.clientId);
    const owners = [principal.principalId, ...(application ? [application.objectId] : [])];
    const hasSecret = owners.some((owner) => registrations.secretsOf(owner).length > 0);
    const provedBy = hasSecret ? 'secret' : 'assertion';
    const claims = accessTokenClaims({ subject: principal, provedBy, resource, asked: audience, now, roles });
    const header = tokenHeader(resource.tokenVersion, kid);
    const forged = await forgeToken(changes, { header, claims, privateKey, now });
    // As the token itself has it: by this, what services say of the token is known to be about a forged one.
    const { uti } = forged.claims;
    describe(res, {
      principalId: principal.principalId,
      audience: claims.aud,
      ...(typeof uti === 'string' && { tokenId: uti.slice(0, 256) }),
      note: changes.flaw === undefined ? 'forged' : `forged: ${changes.flaw}`,
    });
    res.json(forged);
  });
  return router;
}

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'InvalidForgeRequest', message });

const ambiguous = (ids: readonly string[]) =>
  invalid(
    `${ids.length} principals have this name. Say which: its id (${ids.slice(0, 10).join(', ')}), or tenant/name.`,
  );
