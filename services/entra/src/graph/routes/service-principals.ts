import { randomUUID } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import { begin } from '@lab/shared/faults/index.ts';
import { Router } from 'express';
import type { ApplicationPrincipal } from '../../domain/application.ts';
import { authorize, tenantOf } from '../authenticate.ts';
import { parseBody, ServicePrincipalBody } from '../bodies.ts';
import { keysOf } from '../credentials.ts';
import { applicationMissing, badRequest, servicePrincipalExists } from '../failures.ts';
import {
  findPrincipalIn,
  ownPrincipalIn,
  principalIn,
  principalsIn,
  type Stores,
  toServicePrincipal,
} from '../principals.ts';
import { sendList, sendNothing, sendObject, setLocation } from '../wire.ts';

/**
 * Service principals of applications, of managed identities, and of Azure's own services; the last two can be looked at.
 * https://learn.microsoft.com/graph/api/resources/serviceprincipal
 *
 *     GET, POST            /servicePrincipals
 *     GET, PATCH, DELETE   /servicePrincipals/{id}   and   /servicePrincipals(appId='{appId}')
 */
export function servicePrincipalRoutes({ clock, ...stores }: Stores & { clock: Clock }): Router {
  const { registrations } = stores;
  const router = Router();

  router.get('/servicePrincipals', (req, res) => {
    begin(res, 'ListServicePrincipals');
    authorize(res, 'readApplications');
    const principals = principalsIn(tenantOf(res), stores);
    sendList(
      req,
      res,
      'servicePrincipals',
      principals.map((each) => toServicePrincipal(each, stores)),
    );
  });

  router.post('/servicePrincipals', (req, res) => {
    begin(res, 'CreateServicePrincipal');
    authorize(res, 'writeApplications');
    const tenant = tenantOf(res);
    const { appId, keyCredentials, passwordCredentials, ...body } = parseBody(
      req,
      ServicePrincipalBody,
      'ServicePrincipal',
    );
    if (appId === undefined)
      throw badRequest("A value is required for property 'appId' of resource 'ServicePrincipal'.");
    if (findPrincipalIn(tenant, `appId=${appId}`, stores)) throw servicePrincipalExists(appId);
    const application = registrations.findApplicationByClientId(tenant.tenantId, appId);
    if (!application) throw applicationMissing(appId);
    const principal: ApplicationPrincipal = changed(
      {
        principalId: randomUUID(),
        clientId: application.clientId,
        tenantId: tenant.tenantId,
        createdAt: clock.now(),
        displayName: application.displayName,
        accountEnabled: true,
        appRoleAssignmentRequired: false,
        properties: {},
      },
      body,
    );
    const keys = keysOf(keyCredentials ?? [], []);
    registrations.putPrincipal(principal);
    registrations.putKeys(principal.principalId, keys);
    setLocation(
      res,
      `${tenant.tenantId}/directoryObjects/${principal.principalId}/Microsoft.DirectoryServices.ServicePrincipal`,
    );
    const created = toServicePrincipal({ kind: 'application', value: principal }, stores);
    sendObject(req, res, 'servicePrincipals/$entity', created, 201);
  });

  router.get('/servicePrincipals/:id', (req, res) => {
    begin(res, 'GetServicePrincipal');
    authorize(res, 'readApplications');
    const principal = principalIn(tenantOf(res), req.params.id, stores);
    sendObject(req, res, 'servicePrincipals/$entity', toServicePrincipal(principal, stores));
  });

  router.patch('/servicePrincipals/:id', (req, res) => {
    begin(res, 'UpdateServicePrincipal');
    authorize(res, 'writeApplications');
    const principal = ownPrincipalIn(tenantOf(res), req.params.id, stores);
    const { appId, keyCredentials, passwordCredentials, ...body } = parseBody(
      req,
      ServicePrincipalBody,
      'ServicePrincipal',
    );
    const keys = keyCredentials && keysOf(keyCredentials, registrations.keysOf(principal.principalId));
    registrations.putPrincipal(changed(principal, body));
    if (keys) registrations.putKeys(principal.principalId, keys);
    sendNothing(res);
  });

  router.delete('/servicePrincipals/:id', (req, res) => {
    begin(res, 'DeleteServicePrincipal');
    authorize(res, 'writeApplications');
    registrations.deletePrincipal(ownPrincipalIn(tenantOf(res), req.params.id, stores));
    sendNothing(res);
  });
  return router;
}

type Change = Partial<Pick<ApplicationPrincipal, 'displayName' | 'accountEnabled' | 'appRoleAssignmentRequired'>>;

function changed(
  principal: ApplicationPrincipal,
  body: { [K in keyof Change]: Change[K] | undefined },
): ApplicationPrincipal {
  const { displayName, accountEnabled, appRoleAssignmentRequired, ...properties } = body;
  return {
    ...principal,
    ...(displayName !== undefined && { displayName }),
    ...(accountEnabled !== undefined && { accountEnabled }),
    ...(appRoleAssignmentRequired !== undefined && { appRoleAssignmentRequired }),
    properties: { ...principal.properties, ...properties },
  };
}
