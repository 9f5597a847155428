import { randomUUID } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import { describe } from '@lab/shared/events.ts';
import { begin } from '@lab/shared/faults/index.ts';
import { Router } from 'express';
import type { z } from 'zod';
import { type Application, isIdentifierUri } from '../../domain/application.ts';
import type { Tenant } from '../../domain/directory.ts';
import { authorize, tenantOf } from '../authenticate.ts';
import { ApplicationBody, parseBody } from '../bodies.ts';
import { keysOf } from '../credentials.ts';
import { badRequest, identifierUriForeign, nameTaken, propertyInvalid, resourceNotFound } from '../failures.ts';
import type { Stores } from '../principals.ts';
import { toApplication } from '../views.ts';
import { sendList, sendNothing, sendObject, setLocation } from '../wire.ts';

/** An application of the tenant, by object id or, as `appId=…`, by client id. @throws Request_ResourceNotFound */
export function applicationIn({ tenantId }: Tenant, key: string, { registrations }: Stores): Application {
  const [, clientId] = /^appId=(.*)$/i.exec(key) ?? [];
  const application =
    clientId === undefined
      ? registrations.findApplication(tenantId, key)
      : registrations.findApplicationByClientId(tenantId, clientId);
  if (!application) throw resourceNotFound(key);
  return application;
}

/**
 * Applications: https://learn.microsoft.com/graph/api/resources/application
 *
 *     GET, POST            /applications
 *     GET, PATCH, DELETE   /applications/{id}   and   /applications(appId='{appId}')
 */
export function applicationRoutes({ clock, ...stores }: Stores & { clock: Clock }): Router {
  const { registrations } = stores;
  const router = Router();

  router.get('/applications', (req, res) => {
    begin(res, 'ListApplications');
    authorize(res, 'readApplications');
    const tenant = tenantOf(res);
    const applications = registrations.applicationsOf(tenant.tenantId);
    sendList(
      req,
      res,
      'applications',
      applications.map((each) => toApplication(each, tenant, registrations)),
    );
  });

  router.post('/applications', (req, res) => {
    begin(res, 'CreateApplication');
    authorize(res, 'writeApplications');
    const tenant = tenantOf(res);
    const body = parseBody(req, ApplicationBody, 'Application');
    if (body.displayName === undefined)
      throw badRequest("A value is required for property 'displayName' of resource 'Application'.");
    const fresh: Application = {
      objectId: randomUUID(),
      clientId: randomUUID(),
      tenantId: tenant.tenantId,
      createdAt: clock.now(),
      displayName: body.displayName,
      identifierUris: [],
      appRoles: [],
      requestedAccessTokenVersion: null,
      properties: {},
    };
    const application = changed(fresh, body, tenant, stores);
    const keys = keysOf(body.keyCredentials ?? [], []);
    registrations.putApplication(application);
    registrations.putKeys(application.objectId, keys);
    describe(res, { clientId: application.clientId });
    setLocation(
      res,
      `${tenant.tenantId}/directoryObjects/${application.objectId}/Microsoft.DirectoryServices.Application`,
    );
    sendObject(req, res, 'applications/$entity', toApplication(application, tenant, registrations), 201);
  });

  router.get('/applications/:id', (req, res) => {
    begin(res, 'GetApplication');
    authorize(res, 'readApplications');
    const tenant = tenantOf(res);
    const application = applicationIn(tenant, req.params.id, stores);
    sendObject(req, res, 'applications/$entity', toApplication(application, tenant, registrations));
  });

  router.patch('/applications/:id', (req, res) => {
    begin(res, 'UpdateApplication');
    authorize(res, 'writeApplications');
    const tenant = tenantOf(res);
    const application = applicationIn(tenant, req.params.id, stores);
    const body = parseBody(req, ApplicationBody, 'Application');
    const next = changed(application, body, tenant, stores);
    const keys = body.keyCredentials && keysOf(body.keyCredentials, registrations.keysOf(application.objectId));
    registrations.putApplication(next);
    if (keys) registrations.putKeys(application.objectId, keys);
    sendNothing(res);
  });

  router.delete('/applications/:id', (req, res) => {
    begin(res, 'DeleteApplication');
    authorize(res, 'writeApplications');
    registrations.deleteApplication(applicationIn(tenantOf(res), req.params.id, stores));
    sendNothing(res);
  });
  return router;
}

/** The application with what a body says otherwise. Identifier URIs are the tenant's own and nobody else's. */
function changed(
  application: Application,
  body: z.infer<typeof ApplicationBody>,
  tenant: Tenant,
  { registrations }: Stores,
): Application {
  const { displayName, identifierUris, appRoles, api, keyCredentials, passwordCredentials, ...properties } = body;
  for (const uri of identifierUris ?? []) {
    if (!isIdentifierUri(uri, tenant)) throw identifierUriForeign(uri);
    const owner = registrations.findApplicationByUri(tenant.tenantId, uri);
    if (owner && owner.objectId !== application.objectId) throw nameTaken('identifierUris');
  }
  const roles = appRoles?.map((role) => ({ ...role, value: role.value ?? null, description: role.description ?? '' }));
  const values = roles?.flatMap(({ value }) => value ?? []) ?? [];
  const ids = roles?.map(({ id }) => id.toLowerCase()) ?? [];
  if (new Set(values).size < values.length || new Set(ids).size < ids.length)
    throw propertyInvalid('appRoles', 'Application');
  const version = api?.requestedAccessTokenVersion ?? null;
  if (version !== null && version !== 1 && version !== 2)
    throw propertyInvalid('requestedAccessTokenVersion', 'ApiApplication');
  return {
    ...application,
    ...(displayName !== undefined && { displayName }),
    ...(identifierUris && { identifierUris }),
    ...(roles && { appRoles: roles }),
    ...(api && 'requestedAccessTokenVersion' in api && { requestedAccessTokenVersion: version }),
    properties: {
      ...application.properties,
      ...properties,
      ...(api && { api: { ...(application.properties.api as object | undefined), ...api } }),
    },
  };
}
