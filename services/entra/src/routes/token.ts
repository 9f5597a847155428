import type { Clock } from '@lab/shared/clock.ts';
import { describeShownToken, machineIn } from '@lab/shared/event-details.ts';
import type { CheckName } from '@lab/shared/event-words.ts';
import { describe, type EventDetails } from '@lab/shared/events.ts';
import { begin, strike } from '@lab/shared/faults/index.ts';
import express, { type RequestHandler, Router } from 'express';
import { methodNotAllowed, requestMalformed, tenantNotNamed } from '../domain/aadsts.ts';
import type { Registrations } from '../domain/application.ts';
import type { Directory, Tenant } from '../domain/directory.ts';
import type { IssuerKeys, OwnIssuer } from '../domain/federated-assertion.ts';
import { issueToken } from '../domain/issue-token.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { parseTenantName } from '../domain/tenant-name.ts';
import { type BasicCredential, type EndpointVersion, parseForm, parseTokenRequest } from '../domain/token-request.ts';
import { acceptCorrelation, parseBasic, toTokenResponse } from '../wire.ts';

/** A token request with a chain in its assertion is a few KiB. */
const readForm = express.text({ type: 'application/x-www-form-urlencoded', limit: '128kb', inflate: false });

/**
 * Token endpoints of both versions, for client credentials:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export function tokenRoutes({
  directory,
  registrations,
  keys,
  issuerKeys,
  ownIssuer,
  authorityOrigin,
  isSynced,
  stillInLife,
  clock,
}: {
  directory: Directory;
  registrations: Registrations;
  issuerKeys: IssuerKeys;
  ownIssuer: OwnIssuer;
  keys: KeyRing;
  authorityOrigin: () => string;
  isSynced: () => boolean;
  /** Throws where another life of the lab has begun since the request was let in: a slow issuer's keys were waited for. */
  stillInLife: () => void;
  clock: Clock;
}): Router {
  const handle =
    (endpoint: EndpointVersion): RequestHandler<{ tenant: string }> =>
    async (req, res) => {
      const { check, checks } = checkRecorder();
      describe(res, { checks });
      begin(res, 'IssueToken');
      // A body of another type is not read: to Entra it is a form without fields.
      const form = parseForm(typeof req.body === 'string' ? req.body : '');
      const { fields } = form;
      acceptCorrelation(
        res,
        req.get('client-request-id') ?? fields.get('client-request-id'),
        req.get('return-client-request-id') ?? fields.get('return-client-request-id'),
      );
      const tenant = check('tenant', () => tokenTenant(req.params.tenant, directory, isSynced));
      const basic = basicCredential(req);
      const request = check('request', () => parseTokenRequest(form, endpoint, basic));
      describe(res, { clientId: request.clientId.slice(0, 64), audience: request.audience.slice(0, 256) });
      if ('assertion' in request.credential) describeShownToken(res, 'token', request.credential.assertion);
      strike(res, ...principalsOf(tenant, request.clientId, directory, registrations));

      keys.rotateIfDue();
      const who = { directory, registrations, issuerKeys, ownIssuer };
      const issued = await issueToken(
        { tenant, request },
        {
          ...who,
          signingKey: keys.current(),
          authorityOrigin: authorityOrigin(),
          clock,
          check,
          onHost: (resourceId) => {
            describe(res, machineIn(resourceId));
            strike(res);
          },
        },
      );
      stillInLife();
      describe(res, { principalId: issued.client.principalId, tokenId: issued.claims.uti });
      describeShownToken(res, 'issued', issued.token);
      res.json(toTokenResponse(endpoint, issued, { audience: request.audience, now: clock.now() }));
    };

  const router = Router();
  for (const [path, endpoint] of [
    ['/:tenant/oauth2/token', 'v1'],
    ['/:tenant/oauth2/v2.0/token', 'v2'],
  ] as const) {
    router
      .route(path)
      .post(readForm, handle(endpoint))
      .options((_req, res) => {
        res.set('Allow', 'POST, OPTIONS').status(200).end();
      })
      .all((req, res) => {
        res.set('Allow', 'POST, OPTIONS');
        throw methodNotAllowed('POST, OPTIONS', req.method);
      });
  }
  return router;
}

function tokenTenant(name: string, directory: Directory, isSynced: () => boolean): Tenant {
  const found = parseTenantName(name, directory, 'invalid_request', isSynced);
  if (!('tenant' in found)) throw tenantNotNamed();
  return found.tenant;
}

/** Who a client says that it is. Not proven yet, so that a fault comes before all that would tell whether it is true. */
function principalsOf(
  { tenantId }: Tenant,
  clientId: string,
  directory: Directory,
  registrations: Registrations,
): string[] {
  const principal = directory.findServicePrincipal(tenantId, clientId);
  const found = principal ?? registrations.findPrincipal(tenantId, clientId);
  return [found?.principalId, principal?.resourceId.split('/').at(-1)].filter((name) => name !== undefined);
}

function basicCredential(req: express.Request<{ tenant: string }>): BasicCredential | undefined {
  const header = req.headers.authorization;
  if (header === undefined || !/^basic\b/i.test(header)) return undefined; // no other scheme means anything here
  const credential = parseBasic(header);
  if (credential === undefined) throw requestMalformed('the Authorization header cannot be read');
  return credential;
}

/** Runs checks and keeps what became of them for the event of the request. One that takes time is noted when it ends. */
function checkRecorder() {
  const checks: NonNullable<EventDetails['checks']> = [];
  const passed = (name: CheckName) => checks.push({ check: name, outcome: 'passed' });
  const failed = (name: CheckName, error: unknown): never => {
    const reason = error instanceof Error ? error.message : 'unknown';
    checks.push({ check: name, outcome: 'failed', reason });
    throw error;
  };
  const check = <T>(name: CheckName, run: () => T): T => {
    let result: T;
    try {
      result = run();
    } catch (error) {
      return failed(name, error);
    }
    if (!(result instanceof Promise)) {
      passed(name);
      return result;
    }
    return result.then(
      (value) => {
        passed(name);
        return value;
      },
      (error) => failed(name, error),
    ) as T;
  };
  return { check, checks };
}
