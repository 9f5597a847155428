/** Resource Manager for tests: the real app on a real `:memory:` database, and a clock that stands still. */
import { type Clock, fixedClock } from '@lab/shared/clock.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import type { Resource } from '@lab/shared/feed/resources.ts';
import { listenAll } from '@lab/shared/http/lifecycle.ts';
import type { Slot } from '@lab/shared/lab/lab-state.ts';
import { silentLog } from '@lab/shared/log.ts';
import { BUILT_IN_ROLES } from '@lab/shared/rbac/built-in-roles.ts';
import { accessTokenOf } from '@lab/shared/testing/access-token.ts';
import { exchangeJson, type JsonAnswer } from '@lab/shared/testing/exchange.ts';
import { strictFaults } from '@lab/shared/testing/strict-faults.ts';
import type { AccessToken } from '@lab/shared/tokens/claims.ts';
import type { VerifyToken } from '@lab/shared/tokens/verify.ts';
import { publicApp } from './apps.ts';
import { composeParts } from './compose.ts';
import { applyBuiltInRoles } from './domain/apply-lab.ts';
import { armFaults } from './domain/faults.ts';
import { openArmDatabase } from './store/database.ts';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const OTHER_TENANT = '11111111-1111-4111-8111-111111111112';
/** Owner of SUBSCRIPTION. */
export const OWNER = '33333333-3333-4333-8333-333333333333';
/** Of the same tenant, with no role at all. */
export const STRANGER = '44444444-4444-4444-8444-444444444444';
/** Owner of FOREIGN_SUBSCRIPTION, which is OTHER_TENANT's. */
export const FOREIGNER = '44444444-4444-4444-8444-444444444445';
export const SUBSCRIPTION_ID = '55555555-5555-4555-8555-555555555555';
export const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`;
export const FOREIGN_SUBSCRIPTION = '/subscriptions/55555555-5555-4555-8555-555555555556';
/** A resource group that is there. */
export const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-lab`;

/** The token of these tests is the caller's object id, and its tenant where that is another one: `{oid}@{tid}`. */
const accessToken = (token: string): AccessToken => {
  const [oid = '', tid = oid === FOREIGNER ? OTHER_TENANT : TENANT] = token.split('@');
  return accessTokenOf({ aud: 'https://management.azure.com', tid, oid });
};

export const roleIdOf = (roleName: string): string => {
  const role = BUILT_IN_ROLES.find((candidate) => candidate.roleName === roleName);
  if (!role) throw new Error(`no role ${roleName}`);
  return role.id;
};

const assignment = (principalId: string, roleName: string, scope: string): Resource => {
  const id = `${scope === '/' ? '' : scope}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}`;
  const roleDefinitionId = roleIdOf(roleName);
  return {
    kind: 'roleAssignment',
    id,
    value: { id, scope, principalId, principalType: 'ServicePrincipal', roleDefinitionId },
  };
};

const tenant = (tenantId: string, name: string): Resource => ({
  kind: 'tenant',
  id: tenantId,
  value: { tenantId, name, displayName: name.toUpperCase(), domain: `${name}.onmicrosoft.com` },
});

const subscription = (id: string, tenantId: string): Resource => ({
  kind: 'subscription',
  id,
  value: { subscriptionId: id.split('/').at(-1) ?? '', tenantId, displayName: `sub of ${tenantId.slice(-1)}` },
});

const GIVEN: readonly Resource[] = [
  tenant(TENANT, 'contoso'),
  tenant(OTHER_TENANT, 'fabrikam'),
  subscription(SUBSCRIPTION, TENANT),
  subscription(FOREIGN_SUBSCRIPTION, OTHER_TENANT),
  {
    kind: 'resourceGroup',
    id: GROUP,
    value: { resourceId: GROUP, name: 'rg-lab', subscriptionId: SUBSCRIPTION_ID, location: 'westeurope' },
  },
  assignment(OWNER, 'Owner', SUBSCRIPTION),
  assignment(FOREIGNER, 'Owner', FOREIGN_SUBSCRIPTION),
];

export type Ask = {
  /** Object id of the caller; default OWNER. */
  as?: string | null;
  /** Default `api-version=2024-01-01`; options of a path with a `?` of its own come before it. */
  query?: string;
  body?: unknown;
  rawBody?: string | Buffer;
  headers?: Record<string, string | string[]>;
};

export type TestArm = Awaited<ReturnType<typeof startTestArm>>;

/**
 * @param resources Besides two tenants with a subscription each, the group GROUP, and their owners.
 * @param entra What the directory answers; default: nobody knows the principal.
 */
export async function startTestArm({
  resources: more = [],
  slots = [],
  clock = fixedClock(),
  entra = async () => ({ status: 404, body: {} }),
  databasePath = ':memory:',
  verifyToken = async (token) => accessToken(token),
}: {
  resources?: readonly Resource[];
  slots?: readonly Slot[];
  clock?: Clock;
  entra?: FabricClient['call'];
  databasePath?: string;
  verifyToken?: VerifyToken;
} = {}) {
  const db = openArmDatabase(databasePath);
  const parts = composeParts({
    db,
    fabric: { call: entra },
    slots: () => slots,
    verifyToken,
    clock,
    authorityOrigin: 'https://login.microsoftonline.com',
    faults: strictFaults(armFaults(), /\/(un)?register\/action$/),
    log: silentLog,
  });
  const { resources } = parts;
  applyBuiltInRoles(resources);
  resources.transaction(() => {
    for (const resource of [...GIVEN, ...more]) resources.put(resource);
  });
  const app = publicApp(parts);
  const { ports, close } = await listenAll({ public: { app, address: { host: '127.0.0.1', port: 0 } } }, () => {
    db.close();
  });

  const ask = async (
    method: string,
    path: string,
    { as = OWNER, query = 'api-version=2024-01-01', body, rawBody, headers = {} }: Ask = {},
  ): Promise<JsonAnswer> => {
    const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    return exchangeJson(ports.public, {
      method,
      path: query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`,
      headers: {
        host: 'management.azure.com',
        ...(as !== null && { authorization: `Bearer ${as}` }),
        ...headers,
      },
      body: payload,
    });
  };

  /** Gives a role, as a fixture. */
  const assign = (principalId: string, roleName: string, scope: string): string => {
    const resource = assignment(principalId, roleName, scope);
    resources.put(resource);
    return resource.id;
  };

  return { ask, app, parts, resources, assign, port: ports.public, close };
}

/** Status and code: what failures are told apart by. */
export const failure = ({ status, body }: JsonAnswer): string => `${status} ${body?.error?.code}`;
