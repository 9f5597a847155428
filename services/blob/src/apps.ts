/**
 * What is mounted, in the order in which a request meets it: event, common headers, account, token, operation, right,
 * handler, and at the end the one place where errors become bytes.
 */
import type { Clock } from '@lab/shared/clock.ts';
import { describeDecision } from '@lab/shared/event-details.ts';
import type { Events } from '@lab/shared/events.ts';
import { begin, type FaultList, faultsAt, faultsEnd } from '@lab/shared/faults/index.ts';
import { callerOf } from '@lab/shared/http/bearer.ts';
import { queryOf } from '@lab/shared/http/request.ts';
import type { Log } from '@lab/shared/log.ts';
import type { Assignments } from '@lab/shared/policy/assignments.ts';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { parseVersion } from './domain/authenticate.ts';
import { authorize } from './domain/authorize.ts';
import { conditionAttributes, subOperationsOf } from './domain/condition-attributes.ts';
import { refuse } from './domain/failures.ts';
import { findOperation } from './domain/operation.ts';
import { takesTags, withRightsFor } from './domain/request-rights.ts';
import type { Storage } from './domain/storage.ts';
import type { Authenticate } from './routes/authenticate.ts';
import { type Exchange, refuseRepeated, refuseUnsupported } from './routes/exchange.ts';
import { HANDLERS } from './routes/index.ts';
import { checkNames, type Locate, levelOf } from './routes/locate.ts';
import { preflight } from './routes/preflight.ts';
import { receiveTags } from './routes/tags.ts';
import { refuseMissingVersions } from './routes/versions.ts';
import { commonHeaders, sendError } from './wire/errors.ts';

export type PublicAppParts = {
  readonly locate: Locate;
  readonly authenticate: Authenticate;
  readonly assignments: Assignments;
  readonly storage: Storage;
  readonly events: Events;
  readonly faults: FaultList;
  readonly clock: Clock;
  readonly log: Log;
};

/** The data plane of every storage account. */
export function publicApp(parts: PublicAppParts): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use(parts.events.record);
  app.use(commonHeaders);
  app.use(faultsAt(parts.faults));
  app.use(preflight);
  app.use(dispatch(parts));
  app.use(faultsEnd);
  app.use(sendError(parts.clock, parts.log));
  return app;
}

/**
 * One request, from its address to its handler. Rights come before names and existence: who may not do something learns
 * nothing about what there is.
 */
function dispatch({ locate, authenticate, assignments, storage, clock }: PublicAppParts): RequestHandler {
  return async (req: Request, res: Response) => {
    const query = queryOf(req);
    const header = (name: string): string | undefined => req.get(name)?.trim() || undefined;
    const version = parseVersion(header('x-ms-version'));
    refuseRepeated(req, query);
    const location = locate(req);
    const { account, origin } = location;
    await authenticate(req, res, { account, version, query });

    const target = levelOf(location, query);
    const found = findOperation(
      {
        method: req.method,
        level: target.level,
        restype: query.get('restype') || undefined,
        comp: query.get('comp') || undefined,
        fromUrl: header('x-ms-copy-source') !== undefined,
      },
      (methods) => res.setHeader('Allow', methods.join(', ')),
    );
    const operation = withRightsFor(found, { query, header });
    begin(res, operation.name);
    const key = { accountId: account.resourceId.toLowerCase(), container: target.container, blob: target.blob };
    const sent = await receiveTags(req, res, operation, header);
    const asked = { account, operation, query, header, container: target.container, blob: target.blob };
    const stored = () => storage.blobs.find(key);
    const { decision, refusal, newOnly } = authorize(
      {
        caller: callerOf(res),
        account,
        container: target.container || undefined,
        operation,
        blobExists: () => stored() !== undefined,
        attributes: conditionAttributes({
          ...asked,
          storedTags: () => stored()?.tags,
          sentTags: sent.tags,
          now: clock.now(),
        }),
        subOperations: subOperationsOf(asked),
      },
      assignments,
    );
    describeDecision(res, decision);
    if (refusal) throw refusal;

    checkNames(target);
    const handler = HANDLERS.get(operation.name);
    if (!handler) throw refuse('FeatureNotEnabled');
    const exchange: Exchange = {
      ...storage,
      req,
      res,
      account,
      origin,
      version,
      query,
      key,
      newOnly,
      sent,
      clock,
      header,
    };
    const headers = Object.keys(req.headers).filter((name) => name !== 'x-ms-tags' || !takesTags(operation));
    refuseUnsupported(exchange, headers);
    refuseMissingVersions(exchange, operation);
    await handler(exchange);
  };
}
