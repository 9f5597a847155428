import { createHash, timingSafeEqual } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import { describe } from '@lab/shared/events.ts';
import { begin, strike } from '@lab/shared/faults/index.ts';
import { type Query, queryOf } from '@lab/shared/http/request.ts';
import { type Request, Router } from 'express';
import { methodNotAllowed, temporarilyUnavailable } from '../domain/failures.ts';
import type { Host } from '../domain/host.ts';
import { parseSelector, type Selector, selectAppServiceIdentity } from '../domain/select-identity.ts';
import { isLegacy, LEGACY_VERSION, sendJson, toAppServiceTokenResponse, toLegacyTokenResponse } from '../wire.ts';
import { check, decide } from './checks.ts';
import { describeToken, type Tokens } from './tokens.ts';

/** Who may ask: whoever knows the value of this host's `IDENTITY_HEADER` is taken for a process on it. */
export type HeaderHolder = {
  /** SHA-256 of the value. The value itself is known to the workload alone. */
  readonly sha256: Buffer;
  readonly host: Host;
};

/** The last is what .NET sends; it adds claims about continuous access evaluation, which are ignored. */
const API_VERSIONS: readonly (string | undefined)[] = [LEGACY_VERSION, '2019-08-01', '2025-03-30'];

/**
 * The App Service protocol, `GET /msi/token`: what every SDK speaks where `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` are
 * set. The secret in `X-IDENTITY-HEADER` stands where IMDS has the source address. The first version of the protocol has
 * it in `secret`, and knows user-assigned identities by `clientid` only.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export function appServiceRoutes({
  holders,
  isSynced,
  tokens,
}: {
  holders: () => readonly HeaderHolder[];
  isSynced: () => boolean;
  tokens: Tokens;
}): Router {
  const router = Router();

  router.all('/msi/token', async (req, res) => {
    begin(res, 'GetManagedIdentityToken');
    const query = queryOf(req);
    check(res, 'method', req.method === 'GET' ? undefined : methodNotAllowed());
    const host = decide(res, 'identity header', () => {
      const presented = identityHeaderOf(req);
      const found = presented && hostOf(holders(), presented);
      if (!found) throw presented && !isSynced() ? notSynced() : wrongHeader();
      return found;
    });
    describe(res, 'vmId' in host ? { virtualMachine: host.name } : { site: host.name });
    strike(res);
    const [name] = query.repeated;
    check(res, 'query', name === undefined ? undefined : invalid(`The query parameter '${name}' is repeated.`));
    const version = query.get('api-version');
    check(res, 'api-version', API_VERSIONS.includes(version) ? undefined : invalid('The api-version is invalid.'));
    const audience = query.get('resource') ?? '';
    check(res, 'resource', audience === '' ? invalid("The query parameter 'resource' is required.") : undefined);

    const identity = decide(res, 'identity', () => {
      const found = selectAppServiceIdentity(host.identities, selectorOf(req, query));
      if (!found) throw noIdentity();
      return found;
    });

    // The caller's token was rejected somewhere, so the one in the cache will not do.
    const bypass = query.get('token_sha256_to_refresh') !== undefined;
    const { token } = await describeToken(res, tokens, { host, identity, audience, bypass });
    const { clientId } = identity;
    const response = isLegacy(req)
      ? toLegacyTokenResponse(token, { audience })
      : toAppServiceTokenResponse(token, { clientId, audience });
    sendJson(req, res, 200, response);
  });

  return router;
}

/** SHA-256 of what was presented; undefined when there is nothing. Sent twice it reads `a, a`, which nobody has. */
function identityHeaderOf(req: Request): Buffer | undefined {
  const presented = isLegacy(req) ? req.headers.secret : req.headers['x-identity-header'];
  return typeof presented === 'string' && presented !== '' ? sha256(presented) : undefined;
}

/** All are compared, each in constant time: digests have one length, and no comparison ends the search. */
function hostOf(holders: readonly HeaderHolder[], presented: Buffer): Host | undefined {
  const matching = holders.filter((holder) => timingSafeEqual(holder.sha256, presented));
  return matching[0]?.host;
}

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

function selectorOf(req: Request, query: Query): Selector | undefined {
  if (!isLegacy(req)) return parseSelector(query);
  const value = query.get('clientid');
  return value === undefined ? undefined : { by: 'clientId', value };
}

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'BadRequest', message });

const wrongHeader = () =>
  new AzureError({
    kind: 'unauthenticated',
    code: 'Unauthorized',
    message: 'The identity header is missing or wrong.',
  });

/** Until `arm` has been heard once no secret is known to be wrong; that is an outage, which clients retry. */
const notSynced = () => temporarilyUnavailable('the sites of the lab are not known yet');

const noIdentity = () =>
  invalid('No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.');
