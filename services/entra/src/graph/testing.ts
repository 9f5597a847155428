/** What Graph's tests share: the operator, a token with chosen roles, requests in the words of Graph. */
import { createHash, randomUUID } from 'node:crypto';
import type { Change } from '@lab/shared/feed/resources.ts';
import { exchangeJson, type JsonAnswer } from '@lab/shared/testing/exchange.ts';
import { accessTokenClaims, signToken, tokenHeader } from '../domain/access-token.ts';
import { firstPartyResource } from '../domain/api-resource.ts';
import { NOW, type PublicApp, TENANT } from '../testing.ts';

export const OPERATOR_SECRET = 'abc8Q~operator-secret-of-forty-characters';
export const OPERATOR = {
  clientId: 'cdcdcdcd-0000-4000-8000-000000000001',
  objectId: 'cdcdcdcd-0000-4000-8000-000000000002',
  principalId: 'cdcdcdcd-0000-4000-8000-000000000003',
  tenantId: TENANT.tenantId,
  displayName: 'operator',
  secrets: [
    {
      keyId: 'cdcdcdcd-0000-4000-8000-000000000004',
      displayName: 'made at first start',
      sha256: createHash('sha256').update(OPERATOR_SECRET).digest('hex'),
      hint: 'abc',
      notBefore: NOW - 3_600,
      notAfter: NOW + 365 * 86_400,
    },
  ],
  graphRoles: ['Application.ReadWrite.All', 'Directory.Read.All', 'AppRoleAssignment.ReadWrite.All'],
};
export const OPERATOR_CHANGE: Change = { kind: 'application', id: OPERATOR.clientId, value: OPERATOR };

/** So many hours from now, as Graph writes a time. */
export const hours = (n: number): string => new Date((NOW + n * 3_600) * 1000).toISOString().replace(/\.\d+Z/, 'Z');

/** Graph of a started app, asked with a token that has these roles. */
export function graphOf(app: PublicApp) {
  const tokenWith = (
    roles: readonly string[],
    { tenantId = TENANT.tenantId, asked = 'https://graph.microsoft.com/', now = NOW } = {},
  ) => {
    const resource = firstPartyResource(asked, tenantId);
    if (!resource) throw new Error('no such resource');
    const key = app.keys.current();
    const subject = { principalId: OPERATOR.principalId, clientId: OPERATOR.clientId, tenantId };
    return signToken(tokenHeader('1.0', key.kid), accessTokenClaims({ subject, resource, asked, now, roles }), key);
  };
  const operator = tokenWith(OPERATOR.graphRoles);
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    { token = operator, headers = {} }: { token?: string | null; headers?: Record<string, string | string[]> } = {},
  ): Promise<JsonAnswer> => {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return exchangeJson(Number(new URL(app.origin).port), {
      method,
      path: /^\/(v1\.0|beta)/.test(path) ? path : `/v1.0${path}`,
      headers: {
        Host: 'graph.microsoft.com',
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: payload,
    });
  };
  /** An application with its service principal, as `az ad sp create-for-rbac` makes them. */
  const createApplication = async (body: object = {}) => {
    const application = (await ask('POST', '/applications', { displayName: `app ${randomUUID()}`, ...body })).body;
    const principal = (await ask('POST', '/servicePrincipals', { appId: application.appId })).body;
    return { application, principal };
  };
  const filtered = (collection: string, filter: string) =>
    ask('GET', `/${collection}?$filter=${encodeURIComponent(filter)}`);
  return { ask, tokenWith, createApplication, filtered };
}
