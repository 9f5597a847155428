import { AzureError } from '@lab/shared/azure-error.ts';
import type { Clock } from '@lab/shared/clock.ts';
import { describe, type Events } from '@lab/shared/events.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import { z } from 'zod';
import { accessTokenClaims, tokenHeader } from '../domain/access-token.ts';
import { findTokenResource } from '../domain/api-resource.ts';
import { rolesGranted } from '../domain/app-roles.ts';
import type { Registrations } from '../domain/application.ts';
import type { Directory } from '../domain/directory.ts';
import { ForgeRequest, forgeToken } from '../domain/forged-token.ts';
import type { KeyRing } from '../domain/key-ring.ts';

/**
 * `POST /forge` → 200 `{ token, header, claims }`: any token, for tests of what refuses it. Mounted only where the
 * configuration says so, and answers one peer only; the README has the body.
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
  router.post('/forge', events.record, allow('tests'), (req, res) => {
    describe(res, { operation: 'ForgeToken' });
    const parsed = ForgeRequest.safeParse(req.body);
    if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
    const request = parsed.data;
    const identity = directory.findServicePrincipalById(request.principalId);
    const principal = identity ?? registrations.findPrincipalById(request.principalId);
    const tenant = principal && directory.findTenant(principal.tenantId);
    if (!principal || !tenant) throw invalid('There is no service principal with this principalId.');
    const resource = findTokenResource(request.audience, tenant, registrations);
    if (!resource) throw invalid('There is no such resource; lay a foreign aud over the claims instead.');

    const { kid, privateKey } = keys.current();
    const now = clock.now();
    const subject = { ...principal, ...(identity && { managedIdentity: identity }) };
    const assigned = registrations.assignmentsOf(principal.principalId).map(({ appRoleId }) => appRoleId);
    const roles = rolesGranted(resource.appRoles, assigned);
    const claims = accessTokenClaims({ subject, resource, asked: request.audience, now, roles });
    describe(res, { principalId: principal.principalId, audience: claims.aud, tokenId: claims.uti });
    res.json(forgeToken(request, { header: tokenHeader(resource.tokenVersion, kid), claims, privateKey, now }));
  });
  return router;
}

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'InvalidForgeRequest', message });
