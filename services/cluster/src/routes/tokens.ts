import { AzureError } from '@lab/shared/azure-error.ts';
import type { Clock } from '@lab/shared/clock.ts';
import { describe, type Events } from '@lab/shared/events.ts';
import { allow } from '@lab/shared/fabric/peers.ts';
import { Router } from 'express';
import { z } from 'zod';
import { type Claims, claimsOf, LIFE_SECONDS, signToken } from '../domain/service-account-token.ts';
import { generateSigningKey, type SigningKeys } from '../domain/signing-key.ts';
import type { Kubelet } from '../kubelet.ts';

/** A token like a pod's, and what is to be different about it. */
const TokenRequest = z.strictObject({
  pod: z.string(),
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  /** Seconds from now. A token that has expired was issued an hour before. */
  expiresIn: z.number().int().default(LIFE_SECONDS),
  /** `foreign`: a key of nobody's, under the `kid` of the one that signs. */
  signedBy: z.enum(['current', 'foreign']).default('current'),
});

/**
 * `POST /tokens` → 200 `{ token }`: any token, for tests of what refuses it. Mounted only where the configuration says so,
 * and answers one peer only.
 */
export function tokenRoutes({
  nodes,
  keys,
  clock,
  events,
}: {
  nodes: Kubelet;
  keys: SigningKeys;
  clock: Clock;
  events: Events;
}): Router {
  const router = Router();
  router.post('/tokens', events.record, allow('tests'), async (req, res) => {
    describe(res, { operation: 'MintToken' });
    const parsed = TokenRequest.safeParse(req.body);
    if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
    const { pod, iss, sub, aud, expiresIn, signedBy } = parsed.data;
    const [found] = nodes.clusters().flatMap((cluster) => {
      const account = cluster.serviceAccounts.find((candidate) => candidate.pod === pod);
      return account ? [{ cluster, account }] : [];
    });
    const [key] = found ? keys.of(found.cluster.issuer) : [];
    if (!found || !key) throw invalid('There is no such pod.');
    const honest = claimsOf(found.cluster, found.account, clock.now() + Math.min(0, expiresIn - LIFE_SECONDS));
    const claims = { ...honest, exp: clock.now() + expiresIn, ...defined({ iss, sub, aud }) } as Claims;
    const { privateKey } = signedBy === 'foreign' ? await generateSigningKey() : key;
    res.json({ token: signToken(claims, { kid: key.kid, privateKey }) });
  });
  return router;
}

const defined = (members: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'InvalidTokenRequest', message });
