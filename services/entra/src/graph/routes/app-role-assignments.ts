import { randomBytes } from 'node:crypto';
import type { Clock } from '@lab/shared/clock.ts';
import { begin } from '@lab/shared/faults/index.ts';
import { type Request, type Response, Router } from 'express';
import { DEFAULT_ACCESS } from '../../domain/app-roles.ts';
import type { AppRoleAssignment } from '../../domain/application.ts';
import type { Tenant } from '../../domain/directory.ts';
import { authorize, tenantOf } from '../authenticate.ts';
import { AppRoleAssignmentBody, parseBody } from '../bodies.ts';
import { appRoleAssigned, appRoleMissing, badRequest, resourceNotFound } from '../failures.ts';
import { findPrincipalIn, principalIn, type Stores, type TenantPrincipal } from '../principals.ts';
import { toAppRoleAssignment } from '../views.ts';
import { sendList, sendNothing, sendObject } from '../wire.ts';

/**
 * App roles that service principals have, seen from either side:
 * https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
 *
 *     GET, POST     /servicePrincipals/{principal}/appRoleAssignments
 *     GET, POST     /servicePrincipals/{resource}/appRoleAssignedTo
 *     GET, DELETE   …/{assignment}
 */
export function appRoleAssignmentRoutes({ clock, ...stores }: Stores & { clock: Clock }): Router {
  const { registrations } = stores;
  const router = Router();
  const shown = (assignment: AppRoleAssignment, tenant: Tenant) => {
    const nameOf = (id: string) => findPrincipalIn(tenant, id, stores)?.value.displayName ?? '';
    const { principalId, resourceId } = assignment;
    return toAppRoleAssignment(assignment, { principal: nameOf(principalId), resource: nameOf(resourceId) });
  };
  const sides = {
    appRoleAssignments: (id: string) => registrations.assignmentsOf(id),
    appRoleAssignedTo: (id: string) => registrations.assignmentsTo(id),
  };
  for (const [side, assignmentsAt] of Object.entries(sides)) {
    const path = `/servicePrincipals/:id/${side}`;
    const ownerOf = (req: Request, res: Response) =>
      principalIn(tenantOf(res), String(req.params.id), stores).value.principalId;
    const find = (req: Request, res: Response) => {
      const wanted = String(req.params.assignment);
      const found = assignmentsAt(ownerOf(req, res)).find(({ id }) => id === wanted);
      if (!found) throw resourceNotFound(wanted);
      return found;
    };
    const context = (ownerId: string) => `servicePrincipals('${ownerId}')/${side}`;

    router.get(path, (req, res) => {
      begin(res, 'ListAppRoleAssignments');
      authorize(res, 'readAssignments');
      const ownerId = ownerOf(req, res);
      sendList(
        req,
        res,
        context(ownerId),
        assignmentsAt(ownerId).map((each) => shown(each, tenantOf(res))),
      );
    });
    router.post(path, (req, res) => {
      begin(res, 'CreateAppRoleAssignment');
      authorize(res, 'writeAssignments');
      const tenant = tenantOf(res);
      const ownerId = ownerOf(req, res);
      const { principalId, resourceId, appRoleId } = parseBody(req, AppRoleAssignmentBody, 'AppRoleAssignment');
      const named = side === 'appRoleAssignments' ? principalId : resourceId;
      if (named.toLowerCase() !== ownerId.toLowerCase())
        throw badRequest('The object in the path and the one in the body differ.');
      const principal = principalIn(tenant, principalId, stores);
      const resource = principalIn(tenant, resourceId, stores);
      if (!offersRole(resource, appRoleId, stores)) throw appRoleMissing();
      const isAssigned = registrations
        .assignmentsOf(principalId)
        .some((known) => known.resourceId === resourceId.toLowerCase() && known.appRoleId === appRoleId.toLowerCase());
      if (isAssigned) throw appRoleAssigned();
      const assignment: AppRoleAssignment = {
        id: randomBytes(32).toString('base64url'),
        tenantId: tenant.tenantId,
        principalId: principal.value.principalId,
        resourceId: resource.value.principalId,
        appRoleId: appRoleId.toLowerCase(),
        createdAt: clock.now(),
      };
      registrations.addAssignment(assignment);
      sendObject(req, res, `${context(ownerId)}/$entity`, shown(assignment, tenant), 201);
    });
    router.get(`${path}/:assignment`, (req, res) => {
      begin(res, 'GetAppRoleAssignment');
      authorize(res, 'readAssignments');
      const assignment = find(req, res);
      sendObject(req, res, `${context(ownerOf(req, res))}/$entity`, shown(assignment, tenantOf(res)));
    });
    router.delete(`${path}/:assignment`, (req, res) => {
      begin(res, 'DeleteAppRoleAssignment');
      authorize(res, 'writeAssignments');
      registrations.deleteAssignment(find(req, res).id);
      sendNothing(res);
    });
  }
  return router;
}

/** Whether a resource has this role for applications; the all-zero one is access, which every resource has. */
function offersRole({ kind, value }: TenantPrincipal, appRoleId: string, { registrations }: Stores): boolean {
  const wanted = appRoleId.toLowerCase();
  if (wanted === DEFAULT_ACCESS) return true;
  const application =
    kind === 'application' ? registrations.findApplicationByClientId(value.tenantId, value.clientId) : undefined;
  const roles = kind === 'first-party' ? value.appRoles : (application?.appRoles ?? []);
  return roles.some(
    ({ id, isEnabled, allowedMemberTypes }) =>
      id.toLowerCase() === wanted && isEnabled && allowedMemberTypes.includes('Application'),
  );
}
