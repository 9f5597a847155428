import { begin } from '@lab/shared/faults/index.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { type RequestHandler, Router } from 'express';
import {
  instanceDiscovery,
  issuerShown,
  KNOWN_HOSTS,
  openIdConfiguration,
  openIdConfigurationV1,
} from '../documents.ts';
import {
  methodNotAllowed,
  parameterMissing,
  parameterRepeated,
  requestMalformed,
  tenantMalformed,
  unknownInstance,
} from '../domain/aadsts.ts';
import type { Directory } from '../domain/directory.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { looksLikeTenant, parseTenantName } from '../domain/tenant-name.ts';
import { sendDocument, setTrackingCookie, toKeySet } from '../wire.ts';

/**
 * What clients and validators learn this authority from:
 *
 *     GET /common/discovery/instance
 *     GET /{tenant}/.well-known/openid-configuration   and   /{tenant}/v2.0/.well-known/openid-configuration
 *     GET /{tenant}/discovery/keys                     and   /{tenant}/discovery/v2.0/keys
 */
export function discoveryRoutes({
  directory,
  keys,
  authorityOrigin,
  isSynced,
}: {
  directory: Directory;
  keys: KeyRing;
  authorityOrigin: () => string;
  isSynced: () => boolean;
}): Router {
  const router = Router();
  const nameOf = (tenant: string) => parseTenantName(tenant, directory, 'invalid_tenant', isSynced);

  get(router, '/common/discovery/instance', 'DiscoverInstance', (req, res) => {
    const query = queryOf(req);
    const [repeated] = query.repeated;
    if (repeated !== undefined) throw parameterRepeated(repeated);
    const endpoint = query.get('authorization_endpoint');
    if (!endpoint) throw parameterMissing('authorization_endpoint');
    const apiVersion = query.get('api-version') ?? '1.0';
    if (apiVersion !== '1.0' && apiVersion !== '1.1') throw requestMalformed('api-version of instance discovery');
    setTrackingCookie(res);
    sendDocument(res, instanceDiscovery(parseInstance(endpoint, authorityOrigin()), apiVersion));
  });

  get(router, '/:tenant/v2.0/.well-known/openid-configuration', 'GetOpenIdConfiguration', (req, res) => {
    sendDocument(res, openIdConfiguration(authorityOrigin(), nameOf(req.params.tenant)));
  });
  get(router, '/:tenant/.well-known/openid-configuration', 'GetOpenIdConfiguration', (req, res) => {
    sendDocument(res, openIdConfigurationV1(authorityOrigin(), nameOf(req.params.tenant)));
  });
  get(router, '/:tenant/discovery/v2.0/keys', 'GetKeys', (req, res) => {
    sendDocument(res, toKeySet(keys.published(), issuerShown(nameOf(req.params.tenant), '2.0')));
  });
  get(router, '/:tenant/discovery/keys', 'GetKeys', (req, res) => {
    nameOf(req.params.tenant);
    sendDocument(res, toKeySet(keys.published()));
  });
  return router;
}

function get(router: Router, path: string, operation: string, handler: RequestHandler<{ tenant: string }>): void {
  const described: RequestHandler<{ tenant: string }> = (req, res, next) => {
    begin(res, operation);
    return handler(req, res, next);
  };
  router
    .route(path)
    .get(described as RequestHandler)
    .options((_req, res) => {
      res.set({
        Allow: 'GET, OPTIONS',
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'GET, OPTIONS',
      });
      res.status(200).end();
    })
    .all((req, res) => {
      res.set('Allow', 'GET, OPTIONS');
      throw methodNotAllowed('GET, OPTIONS', req.method);
    });
}

/**
 * Host and tenant of an authorization endpoint. Known are the hosts of Microsoft's clouds, and the one that this
 * authority is reached under. The tenant is repeated as it stands and not looked up.
 * @throws AADSTS50049 for any other host, AADSTS900023 for what can be no tenant.
 */
function parseInstance(endpoint: string, authorityOrigin: string): { host: string; tenant: string; isV2: boolean } {
  if (!URL.canParse(endpoint)) throw unknownInstance();
  const { protocol, host, username, password, pathname } = new URL(endpoint);
  const isKnown = KNOWN_HOSTS.includes(host) || host === new URL(authorityOrigin).host;
  if (protocol !== 'https:' || username || password || !isKnown) throw unknownInstance();
  const [tenant = '', ...rest] = pathname.split('/').filter(Boolean);
  if (!looksLikeTenant(tenant)) throw tenantMalformed(tenant);
  return { host, tenant, isV2: rest.some((segment) => segment.toLowerCase() === 'v2.0') };
}
