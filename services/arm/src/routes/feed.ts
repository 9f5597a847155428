import { X509Certificate } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import { allow, type Peer, peerOf } from '@lab/shared/fabric/peers.ts';
import { IdentityCertificates } from '@lab/shared/feed/resources.ts';
import { type Request, Router } from 'express';
import { z } from 'zod';
import type { Feed } from '../domain/feed.ts';
import { certificatesId, type HostService, isHostedBy } from '../domain/identity-certificates.ts';
import type { Resources } from '../domain/resources.ts';

const FeedQuery = z.object({
  epoch: z.guid().optional(),
  since: z.coerce.number().int().nonnegative().default(0),
  waitSeconds: z.coerce.number().min(0).max(25).default(0),
});

const Certificates = IdentityCertificates.pick({ certificates: true });

/** How long a host waits for `entra` to know a new certificate before it is told to come back. */
const CONFIRMATION_MS = 4_000;

/** The control routes of `arm`: what the others follow, and where the hosts of identities hand over certificates. */
export function feedRoutes({ feed, resources }: { feed: Feed; resources: Resources }): Router {
  const router = Router();

  router.get('/feed', allow('entra', 'imds', 'appservice', 'keyvault', 'blob', 'dns', 'cluster'), async (req, res) => {
    const { epoch, since, waitSeconds } = parsed(FeedQuery, req.query);
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const position = epoch === undefined ? undefined : { epoch, revision: since };
    res.json(await feed.page(peerOf(req) as Peer, position, waitSeconds * 1_000, gone.signal));
  });

  const hosts = allow('imds', 'appservice');
  router.put('/identities/:clientId/certificates', hosts, async (req: Request<{ clientId: string }>, res) => {
    const host = peerOf(req) as HostService;
    const { certificates } = parsed(Certificates, req.body);
    if (!certificates.every(isCertificate)) throw invalid('certificates: not every entry is a PEM certificate');
    const clientId = req.params.clientId.toLowerCase();
    if (!isHostedBy(resources, clientId, host)) {
      throw new AzureError({
        kind: 'not_found',
        code: 'IdentityNotFound',
        message: `No host of ${host} has an identity with the client id ${clientId}.`,
      });
    }
    const revision = resources.transaction(() => {
      const value = { clientId, certificates };
      const id = certificatesId(clientId, host);
      const same = JSON.stringify(resources.find('identityCertificates', id)) === JSON.stringify(value);
      if (!same) resources.put({ kind: 'identityCertificates', id, value });
      return resources.revision();
    });
    feed.changed();
    const confirmed = await feed.hasApplied('entra', revision, CONFIRMATION_MS);
    res.status(confirmed ? 200 : 202).json({ confirmed, epoch: resources.life().epoch });
  });

  return router;
}

/** @throws AzureError `invalid` InvalidRequest that says where the input is wrong. */
export function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw invalid(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
}

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'InvalidRequest', message });

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
