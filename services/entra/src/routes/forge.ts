import { AzureError } from '@lab/shared/azure-error.ts';
import type { Clock } from '@lab/shared/clock.ts';
import { describe, type Events } from '@lab/shared/events.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import { z } from 'zod';
import { accessTokenClaims, tokenHeader } from '../domain/access-token.ts';
import type { Directory } from '../domain/directory.ts';
import { ForgeRequest, forgeToken } from '../domain/forged-token.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { findResource } from '../domain/resources.ts';

/**
 * `POST /forge` → 200 `{ token, header, claims }`: any token, for tests of what refuses it. Mounted only where the
 * configuration says so, and answers one peer only; the README has the body.
 */
export function forgeRoutes({
  directory,
  keys,
  clock,
  events,
}: {
  directory: Directory;
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
    const principal = directory.findServicePrincipalById(request.principalId);
    if (!principal) throw invalid('There is no service principal with this principalId.');
    const resource = findResource(request.audience);
    if (!resource) throw invalid('There is no such resource; lay a foreign aud over the claims instead.');

    const { kid, privateKey } = keys.current();
    const now = clock.now();
    const claims = accessTokenClaims({ principal, resource, asked: request.audience, now });
    describe(res, { principalId: principal.principalId, audience: claims.aud, tokenId: claims.uti });
    res.json(forgeToken(request, { header: tokenHeader(resource.tokenVersion, kid), claims, privateKey, now }));
  });
  return router;
}

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'InvalidForgeRequest', message });
