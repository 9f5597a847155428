import { createHash, timingSafeEqual } from 'node:crypto';
import { AzureError } from '@lab/shared/azure-error.ts';
import { describe } from '@lab/shared/events.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import { Router } from 'express';
import { methodNotAllowed } from '../domain/failures.ts';
import { parseSelector, selectAppServiceIdentity } from '../domain/select-identity.ts';
import type { Machines, VirtualMachine } from '../domain/virtual-machine.ts';
import { sendJson, toAppServiceTokenResponse } from '../wire.ts';
import { check, decide } from './checks.ts';
import { describeToken, type Tokens } from './tokens.ts';

/** Who may ask: whoever knows the secret is taken for a process on this virtual machine. */
export type AppServiceEndpoint = {
  readonly secret: string;
  /** ARM id or name. */
  readonly virtualMachine: string;
};

/** The second is what .NET sends; it adds claims about continuous access evaluation, which are ignored. */
const API_VERSIONS: readonly (string | undefined)[] = ['2019-08-01', '2025-03-30'];

/**
 * The App Service protocol, `GET /msi/token`: what every SDK speaks where `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` are
 * set. The secret in `X-IDENTITY-HEADER` stands where IMDS has the source address.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export function appServiceRoutes({
  endpoints,
  machines,
  tokens,
}: {
  endpoints: readonly AppServiceEndpoint[];
  machines: Machines;
  tokens: Tokens;
}): Router {
  const router = Router();

  router.all('/msi/token', async (req, res) => {
    describe(res, { operation: 'GetManagedIdentityToken' });
    const query = queryOf(req);
    check(res, 'method', req.method === 'GET' ? undefined : methodNotAllowed());
    const header = req.headers['x-identity-header'];
    const endpoint = findEndpoint(endpoints, typeof header === 'string' ? header : '');
    check(res, 'identity header', endpoint ? undefined : wrongHeader());
    const [name] = query.repeated;
    check(res, 'query', name === undefined ? undefined : invalid(`The query parameter '${name}' is repeated.`));
    const version = query.get('api-version');
    check(res, 'api-version', API_VERSIONS.includes(version) ? undefined : invalid('The api-version is invalid.'));
    const audience = query.get('resource') ?? '';
    check(res, 'resource', audience === '' ? invalid("The query parameter 'resource' is required.") : undefined);

    const { machine, identity } = decide(res, 'identity', () => {
      const machine = endpoint && findMachine(machines, endpoint.virtualMachine);
      const identity = machine && selectAppServiceIdentity(machine.identities, parseSelector(query));
      if (!identity) throw noIdentity();
      return { machine, identity };
    });
    describe(res, { virtualMachine: machine.name });

    // The caller's token was rejected somewhere, so the one in the cache will not do.
    const bypass = query.get('token_sha256_to_refresh') !== undefined;
    const { token } = await describeToken(res, tokens, { machine, identity, audience, bypass });
    sendJson(req, res, 200, toAppServiceTokenResponse(token, { clientId: identity.clientId, audience }));
  });

  return router;
}

/** All secrets are compared, each in constant time: digests have one length, and no comparison ends the search. */
function findEndpoint(endpoints: readonly AppServiceEndpoint[], presented: string): AppServiceEndpoint | undefined {
  const digest = sha256(presented);
  const matching = endpoints.filter(({ secret }) => timingSafeEqual(sha256(secret), digest));
  return presented === '' ? undefined : matching[0];
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

function findMachine(machines: Machines, idOrName: string): VirtualMachine | undefined {
  const wanted = idOrName.toLowerCase();
  return machines.all().find(({ resourceId, name }) => [resourceId, name].some((id) => id.toLowerCase() === wanted));
}

const invalid = (message: string) => new AzureError({ kind: 'invalid', code: 'BadRequest', message });

const wrongHeader = () =>
  new AzureError({
    kind: 'unauthenticated',
    code: 'Unauthorized',
    message: 'The X-IDENTITY-HEADER header is missing or wrong.',
  });

const noIdentity = () =>
  invalid('No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.');
