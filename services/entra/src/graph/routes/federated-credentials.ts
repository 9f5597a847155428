import { randomUUID } from 'node:crypto';
import { begin } from '@lab/shared/faults/index.ts';
import { Router } from 'express';
import type { ApplicationFederatedCredential } from '../../domain/application.ts';
import { authorize, tenantOf } from '../authenticate.ts';
import { FederatedCredentialBody, parseBody } from '../bodies.ts';
import { badRequest, federatedCredentialExists, resourceNotFound } from '../failures.ts';
import type { Stores } from '../principals.ts';
import { toFederatedCredential } from '../views.ts';
import { sendList, sendNothing, sendObject } from '../wire.ts';
import { applicationIn } from './applications.ts';

/** As many as Entra takes. */
const MOST = 20;

/**
 * Whose tokens an application accepts: https://learn.microsoft.com/graph/api/resources/federatedidentitycredential
 *
 *     GET, POST            /applications/{id}/federatedIdentityCredentials
 *     GET, PATCH, DELETE   /applications/{id}/federatedIdentityCredentials/{id or name}
 */
export function federatedCredentialRoutes(stores: Stores): Router {
  const { registrations } = stores;
  const router = Router();
  const path = '/applications/:id/federatedIdentityCredentials';
  const context = (objectId: string) => `applications('${objectId}')/federatedIdentityCredentials`;
  const find = (objectId: string, key: string): ApplicationFederatedCredential => {
    const wanted = key.toLowerCase();
    const all = registrations.federatedCredentialsOf(objectId);
    const found = all.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
    if (!found) throw resourceNotFound(key);
    return found;
  };

  router.get(path, (req, res) => {
    begin(res, 'ListFederatedIdentityCredentials');
    authorize(res, 'readApplications');
    const { objectId } = applicationIn(tenantOf(res), req.params.id, stores);
    const credentials = registrations.federatedCredentialsOf(objectId);
    sendList(req, res, context(objectId), credentials.map(toFederatedCredential));
  });

  router.post(path, (req, res) => {
    begin(res, 'CreateFederatedIdentityCredential');
    authorize(res, 'writeApplications');
    const { objectId } = applicationIn(tenantOf(res), req.params.id, stores);
    const { audiences, description, ...body } = parseBody(req, FederatedCredentialBody, 'FederatedIdentityCredential');
    const known = registrations.federatedCredentialsOf(objectId);
    if (known.some(({ name }) => name.toLowerCase() === body.name.toLowerCase()))
      throw federatedCredentialExists(body.name);
    refuseTwin(body, known);
    if (known.length >= MOST)
      throw badRequest(`The application can have at most ${MOST} federated identity credentials.`);
    const credential = { id: randomUUID(), ...body, audience: audiences[0] ?? '', description: description ?? null };
    registrations.putFederatedCredential(objectId, credential);
    sendObject(req, res, `${context(objectId)}/$entity`, toFederatedCredential(credential), 201);
  });

  router.get(`${path}/:key`, (req, res) => {
    begin(res, 'GetFederatedIdentityCredential');
    authorize(res, 'readApplications');
    const { objectId } = applicationIn(tenantOf(res), req.params.id, stores);
    sendObject(req, res, `${context(objectId)}/$entity`, toFederatedCredential(find(objectId, req.params.key)));
  });

  router.patch(`${path}/:key`, (req, res) => {
    begin(res, 'UpdateFederatedIdentityCredential');
    authorize(res, 'writeApplications');
    const { objectId } = applicationIn(tenantOf(res), req.params.id, stores);
    const credential = find(objectId, req.params.key);
    const { audiences, name, ...body } = parseBody(
      req,
      FederatedCredentialBody.partial(),
      'FederatedIdentityCredential',
    );
    if (name !== undefined && name !== credential.name)
      throw badRequest('The name of a federated identity credential cannot be changed.');
    const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const next = { ...credential, ...given, ...(audiences?.[0] !== undefined && { audience: audiences[0] }) };
    refuseTwin(
      next,
      registrations.federatedCredentialsOf(objectId).filter(({ id }) => id !== credential.id),
    );
    registrations.putFederatedCredential(objectId, next);
    sendNothing(res);
  });

  router.delete(`${path}/:key`, (req, res) => {
    begin(res, 'DeleteFederatedIdentityCredential');
    authorize(res, 'writeApplications');
    const { objectId } = applicationIn(tenantOf(res), req.params.id, stores);
    registrations.deleteFederatedCredential(objectId, find(objectId, req.params.key).id);
    sendNothing(res);
  });
  return router;
}

/** The combination of issuer and subject names one credential of an application. */
function refuseTwin(
  { issuer, subject }: Pick<ApplicationFederatedCredential, 'issuer' | 'subject'>,
  others: readonly ApplicationFederatedCredential[],
): void {
  if (others.some((other) => other.issuer === issuer && other.subject === subject)) {
    throw badRequest('FederatedIdentityCredential with the same issuer and subject already exists.');
  }
}
