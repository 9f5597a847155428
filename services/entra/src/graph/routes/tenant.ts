import { begin } from '@lab/shared/faults/index.ts';
import { Router } from 'express';
import { authorize, tenantOf } from '../authenticate.ts';
import { delegatedOnly, resourceNotFound } from '../failures.ts';
import { toOrganization } from '../views.ts';
import { sendList, sendObject } from '../wire.ts';

/**
 * The tenant itself, and the people that the lab does not have: lists are empty, and nobody is found. `/me` is for tokens
 * of people.
 *
 *     GET   /organization   /organization/{id}   /users   /users/{id}   /groups   /groups/{id}   /me…
 */
export function tenantRoutes(): Router {
  const router = Router();
  router.get('/organization', (req, res) => {
    begin(res, 'ListOrganization');
    authorize(res, 'readOrganization');
    sendList(req, res, 'organization', [toOrganization(tenantOf(res))]);
  });
  router.get('/organization/:id', (req, res) => {
    begin(res, 'GetOrganization');
    authorize(res, 'readOrganization');
    const tenant = tenantOf(res);
    if (req.params.id.toLowerCase() !== tenant.tenantId.toLowerCase()) throw resourceNotFound(req.params.id);
    sendObject(req, res, 'organization/$entity', toOrganization(tenant));
  });
  for (const [collection, may] of [
    ['users', 'readUsers'],
    ['groups', 'readGroups'],
    ['oauth2PermissionGrants', 'readApplications'],
  ] as const) {
    router.get(`/${collection}`, (req, res) => {
      begin(res, `List${collection}`);
      authorize(res, may);
      sendList(req, res, collection, []);
    });
    router.all(`/${collection}/:id{/*rest}`, (req, res, next) => {
      if (req.method === 'POST') return next();
      begin(res, `Get${collection}`);
      authorize(res, may);
      throw resourceNotFound(req.params.id);
    });
  }
  router.all('/me{/*rest}', () => {
    throw delegatedOnly();
  });
  return router;
}
