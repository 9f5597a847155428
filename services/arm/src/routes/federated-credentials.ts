import { Router } from 'express';
import { conflict, invalidParameter } from '../domain/errors.ts';
import {
  CREDENTIAL_NAME,
  credentialId,
  type FederatedCredential,
  FederatedCredentialBody,
  putCredential,
} from '../domain/federated-credential.ts';
import { IDENTITY_TYPE } from '../domain/identity.ts';
import { groupAt, groupId } from '../domain/resource-group.ts';
import { federatedCredentialNotFound, identityAt, identityId } from '../domain/user-assigned-identity.ts';
import type { Parts } from '../parts.ts';
import { listBody } from './paging.ts';
import { bodyOf } from './request-form.ts';

const TYPE = `${IDENTITY_TYPE}/federatedIdentityCredentials`;

/**
 * Federated identity credentials: https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials
 *
 *     GET            …/userAssignedIdentities/{identity}/federatedIdentityCredentials
 *     GET PUT DELETE …/federatedIdentityCredentials/{name}
 */
export function federatedCredentialRoutes({ resources, write, authorize }: Parts): Router {
  const router = Router();
  const identity = `/subscriptions/:subscriptionId/resourceGroups/:group/providers/${IDENTITY_TYPE}/:identity` as const;
  type Params = { subscriptionId: string; group: string; identity: string };

  const scopeOf = ({ subscriptionId, group, identity: name }: Params) =>
    identityId(groupId(subscriptionId, group), name);
  const identityOf = ({ subscriptionId, group, identity: name }: Params) =>
    identityAt(resources, groupAt(resources, subscriptionId, group).resourceId, name);
  /** Identities that are being written to: Azure takes one write at a time. */
  const busy = new Set<string>();

  router.get(`${identity}/federatedIdentityCredentials` as const, (req, res) => {
    authorize(res, `${TYPE}/read`, scopeOf(req.params));
    const { resourceId } = identityOf(req.params);
    const credentials = resources.within('federatedCredential', resourceId).map(({ value }) => value);
    res.json(listBody(req, credentials, (credential) => credential.resourceId, toWire));
  });

  const one = router.route(`${identity}/federatedIdentityCredentials/:name` as const);

  one.get((req, res) => {
    const { name } = req.params;
    authorize(res, `${TYPE}/read`, credentialId(scopeOf(req.params), name));
    const { resourceId } = identityOf(req.params);
    const credential = resources.find('federatedCredential', credentialId(resourceId, name));
    if (!credential) throw federatedCredentialNotFound(name);
    res.json(toWire(credential));
  });

  one.put(async (req, res) => {
    const { name } = req.params;
    authorize(res, `${TYPE}/write`, credentialId(scopeOf(req.params), name));
    const body = bodyOf(req, FederatedCredentialBody);
    if (!CREDENTIAL_NAME.test(name)) throw invalidParameter(`The name '${name}' is not valid.`, 'name');
    const key = scopeOf(req.params).toLowerCase();
    if (busy.has(key)) {
      throw conflict(
        'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
        `Too many Federated Identity Credentials are written concurrently for the managed identity '${req.params.identity}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
      );
    }
    busy.add(key);
    try {
      const { created, credential } = await write(() => putCredential(resources, identityOf(req.params), name, body));
      res.status(created ? 201 : 200).json(toWire(credential));
    } finally {
      busy.delete(key);
    }
  });

  one.delete(async (req, res) => {
    const { name } = req.params;
    authorize(res, `${TYPE}/delete`, credentialId(scopeOf(req.params), name));
    const there = await write(() => {
      const id = credentialId(identityOf(req.params).resourceId, name);
      const known = resources.find('federatedCredential', id) !== undefined;
      resources.remove('federatedCredential', id);
      return known;
    });
    res.status(there ? 200 : 204).end();
  });

  return router;
}

const toWire = ({ resourceId, name, issuer, subject, audiences }: FederatedCredential) => ({
  id: resourceId,
  name,
  type: TYPE,
  properties: { issuer, subject, audiences },
});
