import type { FaultAnswers } from '@lab/shared/faults/index.ts';
import { failing } from './failures.ts';

/** How Microsoft Graph fails: https://learn.microsoft.com/graph/errors, https://learn.microsoft.com/graph/throttling */
export const GRAPH_ANSWERS: FaultAnswers = {
  429: {
    error: failing('throttled', 'TooManyRequests', 'Too many requests'),
    retryAfterSeconds: 1,
  },
  500: { error: failing('internal', 'InternalServerError', 'There was an internal server error.') },
  502: { error: failing('bad_gateway', 'BadGateway', 'The gateway gave an answer that is not valid.') },
  503: { error: failing('unavailable', 'ServiceUnavailable', 'The service is temporarily unavailable.') },
  504: { error: failing('gateway_timeout', 'GatewayTimeout', 'The gateway gave no answer in time.') },
};

/** As events name them. */
export const GRAPH_OPERATIONS = [
  ...operationsOf('Application'),
  'AddPassword',
  'RemovePassword',
  ...operationsOf('FederatedIdentityCredential'),
  ...operationsOf('ServicePrincipal'),
  ...operationsOf('AppRoleAssignment', ['Create', 'Get', 'Delete']),
  'GetDirectoryObject',
  'GetDirectoryObjectsByIds',
  'GetOrganization',
  'ListOrganization',
  ...['users', 'groups', 'oauth2PermissionGrants'].flatMap((collection) => [`List${collection}`, `Get${collection}`]),
];

function operationsOf(what: string, verbs = ['Create', 'Get', 'Update', 'Delete']): string[] {
  return [`List${what}s`, ...verbs.map((verb) => `${verb}${what}`)];
}
