import { begin } from '@lab/shared/faults/index.ts';
import { Router } from 'express';
import type { Tenant } from '../../domain/directory.ts';
import { authorize, tenantOf } from '../authenticate.ts';
import { GetByIdsBody, parseBody } from '../bodies.ts';
import { resourceNotFound } from '../failures.ts';
import { findPrincipalIn, principalIn, type Stores, toServicePrincipal } from '../principals.ts';
import { toApplication } from '../views.ts';
import { sendList, sendObject } from '../wire.ts';
import { applicationIn } from './applications.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Objects of any type by their ids, and what nothing in the lab has: owners and memberships.
 *
 *     GET    /directoryObjects/{id}
 *     POST   /directoryObjects/getByIds   and   /servicePrincipals/getByIds
 *     GET    /applications/{id}/owners, /servicePrincipals/{id}/owners, …/ownedObjects, …/memberOf and their like: empty
 *     POST   /servicePrincipals/{id}/getMemberGroups and its like: empty
 */
export function directoryObjectRoutes(stores: Stores): Router {
  const { registrations } = stores;
  const router = Router();
  const objectOf = (tenant: Tenant, id: string) => {
    if (!GUID.test(id)) return undefined;
    const principal = findPrincipalIn(tenant, id, stores);
    if (principal)
      return { '@odata.type': '#microsoft.graph.servicePrincipal', ...toServicePrincipal(principal, stores) };
    const application = registrations.findApplication(tenant.tenantId, id);
    return (
      application && {
        '@odata.type': '#microsoft.graph.application',
        ...toApplication(application, tenant, registrations),
      }
    );
  };

  router.post('/:collection/getByIds', (req, res, next) => {
    if (!/^(directoryObjects|servicePrincipals|applications)$/i.test(req.params.collection)) return next();
    begin(res, 'GetDirectoryObjectsByIds');
    authorize(res, 'readApplications');
    const { ids, types } = parseBody(req, GetByIdsBody, 'DirectoryObject');
    const wanted = types?.map((type) => type.toLowerCase());
    const tenant = tenantOf(res);
    const objects = [...new Set(ids.map((id) => id.toLowerCase()))].flatMap((id) => objectOf(tenant, id) ?? []);
    const fitting = objects.filter(({ '@odata.type': type }) => {
      const name = type.slice('#microsoft.graph.'.length).toLowerCase();
      return !wanted || wanted.length === 0 || wanted.includes(name) || wanted.includes('directoryobject');
    });
    sendList(req, res, 'directoryObjects', fitting);
  });

  router.get('/directoryObjects/:id', (req, res) => {
    begin(res, 'GetDirectoryObject');
    authorize(res, 'readApplications');
    const object = objectOf(tenantOf(res), req.params.id);
    if (!object) throw resourceNotFound(req.params.id);
    sendObject(req, res, 'directoryObjects/$entity', object);
  });

  router.get('/applications/:id/:none', (req, res, next) => {
    if (!/^(owners|appManagementPolicies|tokenIssuancePolicies|extensionProperties)$/i.test(req.params.none))
      return next();
    authorize(res, 'readApplications');
    const { objectId } = applicationIn(tenantOf(res), req.params.id, stores);
    sendList(req, res, `applications('${objectId}')/${req.params.none}`, []);
  });

  const NONE =
    /^(owners|ownedObjects|createdObjects|memberOf|transitiveMemberOf|oauth2PermissionGrants|delegatedPermissionClassifications|claimsMappingPolicies)$/i;
  router.get('/servicePrincipals/:id/:none', (req, res, next) => {
    if (!NONE.test(req.params.none)) return next();
    authorize(res, 'readApplications');
    const { value } = principalIn(tenantOf(res), req.params.id, stores);
    sendList(req, res, `servicePrincipals('${value.principalId}')/${req.params.none}`, []);
  });

  router.post('/:collection/:id/:none', (req, res, next) => {
    const { collection, id, none } = req.params;
    const isKnown =
      /^(servicePrincipals|directoryObjects)$/i.test(collection) &&
      /^(getMemberGroups|getMemberObjects|checkMemberGroups|checkMemberObjects)$/i.test(none);
    if (!isKnown) return next();
    authorize(res, 'readApplications');
    principalIn(tenantOf(res), id, stores);
    sendList(req, res, 'Collection(Edm.String)', []);
  });
  return router;
}
