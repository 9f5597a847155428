import { AzureError } from '@lab/shared/azure-error.ts';
import { describe } from '@lab/shared/events.ts';
import type { Cluster } from '@lab/shared/lab/lab-state.ts';
import { type Request, type RequestHandler, Router } from 'express';
import type { SigningKeys } from '../domain/signing-key.ts';
import { toDiscoveryDocument, toKeySet } from '../wire.ts';

const MAX_AGE_SECONDS = 3_600;

/**
 * The two documents of each cluster's issuer, under the path of its URL. Anybody may read them: they say how a token is
 * verified, and let nobody make one.
 * @see https://learn.microsoft.com/azure/aks/use-oidc-issuer
 */
export function issuerRoutes({ clusters, keys }: { clusters: () => readonly Cluster[]; keys: SigningKeys }): Router {
  const router = Router();
  const issuerOf = (req: Request): string => {
    const path = `/${req.params.tenant}/${req.params.cluster}/`.toLowerCase();
    const cluster = clusters().find(({ issuer }) => new URL(issuer).pathname.toLowerCase() === path);
    if (!cluster) throw notFound();
    return cluster.issuer;
  };

  router
    .route('/:tenant/:cluster/.well-known/openid-configuration')
    .get((req, res) => {
      describe(res, { operation: 'GetOpenIdConfiguration' });
      const document = toDiscoveryDocument(issuerOf(req));
      res.set('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`).json(document);
    })
    .all(getOnly);

  router
    .route('/:tenant/:cluster/openid/v1/jwks')
    .get((req, res) => {
      describe(res, { operation: 'GetSigningKeys' });
      const keySet = toKeySet(keys.of(issuerOf(req)));
      res.set('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`).type('application/jwk-set+json');
      res.send(JSON.stringify(keySet));
    })
    .all(getOnly);

  return router;
}

const getOnly: RequestHandler = (_req, res) => {
  res.set('Allow', 'GET, HEAD');
  throw new AzureError({
    kind: 'method_not_allowed',
    code: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  });
};

export const notFound = () =>
  new AzureError({ kind: 'not_found', code: 'NotFound', message: 'the server could not find the requested resource' });
