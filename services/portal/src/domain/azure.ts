import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { operatorOf } from '@lab/shared/lab/ids.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';
import { answerOf } from './fabric-answer.ts';
import type { Forge } from './forge.ts';
import type { LabState } from './lab-state.ts';

export const AzureRequest = z
  .strictObject({
    api: z.enum(['arm', 'graph']).optional().meta({ description: 'Resource Manager if absent, or Microsoft Graph.' }),
    method: z.enum(['GET', 'PUT', 'PATCH', 'POST', 'DELETE']),
    path: z.string().startsWith('/').max(4_096).meta({
      description: 'With its query: `/subscriptions/…?api-version=…`, `/v1.0/applications`.',
    }),
    body: z.unknown().optional(),
    tenant: z.string().max(100).optional().meta({
      description: "Whose operator asks, by name or id. If absent: the subscription's, otherwise the first tenant's.",
    }),
  })
  .meta({ description: 'One request to Azure, as the operator of the lab would send it.' });
export type AzureRequest = z.infer<typeof AzureRequest>;

export const AzureAnswer = z.strictObject({
  status: z.number().int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown().optional(),
});

export type Azure = {
  /**
   * What Resource Manager or Graph answers, refusals included. The token is a real one and they check it as any other.
   * @param principalId Object id of who asks. Default: the operator of the tenant.
   * @throws `invalid` for a path that is none of theirs, `unavailable` when there is no answer.
   */
  ask(request: AzureRequest, principalId?: string): Promise<z.infer<typeof AzureAnswer>>;
};

export const fabricAzure = ({
  fabric,
  forge,
  state,
}: {
  fabric: Pick<FabricClient, 'call'>;
  forge: Forge;
  state: Pick<LabState, 'resources'>;
}): Azure => ({
  ask: async ({ api = 'arm', method, path, body, tenant }, principalId) => {
    const { service, audience, paths } = APIS[api];
    const target = pathBelow(path, paths);
    const caller = principalId ?? operatorOf(await tenantName(state, tenant, target)).principalId;
    const { token } = await forge({ principalId: caller, audience });
    const options = {
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body }),
      timeoutMs: PATIENCE_MS,
    };
    const answer = await fabric
      .call(service, method, `/azure${target}`, options)
      .catch((cause: unknown) => answerOf(service, Promise.reject(cause), z.never()));
    const headers = Object.entries(answer.headers ?? {}).filter(([name]) => !OF_THE_CONNECTION.includes(name));
    return { status: answer.status, headers: Object.fromEntries(headers), body: answer.body };
  },
});

const APIS = {
  arm: {
    service: 'arm',
    audience: 'https://management.azure.com',
    paths: /^\/(subscriptions|providers|tenants)(\/|$)/i,
  },
  graph: {
    service: 'entra',
    audience: 'https://graph.microsoft.com',
    paths: /^\/(v1\.0|beta)\//i,
  },
} as const;

/**
 * A path as every URL parser on the way reads it: it stands below `/azure` of a control API that has other routes besides,
 * and `/subscriptions/../../reset` would be one of them.
 */
function pathBelow(path: string, paths: RegExp): string {
  const { pathname, search, hash } = new URL(`https://azure${path}`);
  if (hash === '' && paths.test(pathname)) return `${pathname}${search}`;
  throw new AzureError({
    kind: 'invalid',
    code: 'BadRequest',
    message:
      'body.path: expected a path that begins with /subscriptions, /providers or /tenants; for Graph, with /v1.0/ or /beta/.',
  });
}

async function tenantName(
  state: Pick<LabState, 'resources'>,
  wanted: string | undefined,
  path: string,
): Promise<string> {
  const [tenants, subscriptions] = await Promise.all([state.resources('tenant'), state.resources('subscription')]);
  const [, subscriptionId] = /^\/subscriptions\/([^/?]+)/i.exec(path) ?? [];
  const named = subscriptions.find((one) => sameText(String(one.subscriptionId), subscriptionId ?? ''));
  const isMeant = ({ name, tenantId }: (typeof tenants)[number]) =>
    wanted === undefined
      ? named === undefined || tenantId === named.tenantId
      : [name, tenantId].some((known) => sameText(String(known), wanted));
  const found = tenants.find(isMeant);
  if (found) return String(found.name);
  throw new AzureError({ kind: 'invalid', code: 'BadRequest', message: 'body.tenant: there is no such tenant.' });
}

/** Of the connection to the service, or nothing that says anything here. */
const OF_THE_CONNECTION: readonly string[] = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

/** Longer than a write waits for those who follow it. */
const PATIENCE_MS = 15_000;
