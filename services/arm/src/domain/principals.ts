import { AzureError } from '@lab/shared/azure-error.ts';
import type { FabricClient } from '@lab/shared/fabric/client.ts';
import { z } from 'zod';
import type { Resources } from './resources.ts';

/** Somebody who can be given a role. */
export type Principal = {
  readonly principalId: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly principalType: 'ServicePrincipal' | 'User' | 'Group';
  readonly displayName: string;
};

export type Principals = {
  /**
   * The principal with this object id; undefined when no directory of the lab has it.
   * @throws AzureError `unavailable` when only `entra` could know it, and cannot be reached.
   */
  find(objectId: string): Promise<Principal | undefined>;
};

const FromEntra = z.object({
  principalId: z.guid(),
  clientId: z.guid(),
  tenantId: z.guid(),
  principalType: z.enum(['ServicePrincipal', 'User', 'Group']).default('ServicePrincipal'),
  displayName: z.string(),
});

/** Service principals of managed identities and of declared applications are here; the others are Graph's, in `entra`. */
export function principalsOf(resources: Resources, fabric: Pick<FabricClient, 'call'>): Principals {
  return {
    find: async (objectId) => {
      const own =
        resources.find('servicePrincipal', objectId) ?? resources.findBy('application', 'principalId', objectId)[0];
      if (own) {
        const { principalId, clientId, tenantId, displayName } = own;
        return { principalId, clientId, tenantId, displayName, principalType: 'ServicePrincipal' };
      }
      const { status, body } = await fabric
        .call('entra', 'GET', `/principals/${encodeURIComponent(objectId)}`)
        .catch((cause: unknown) => ({ status: 0, body: cause }));
      if (status === 404) return undefined;
      const answer = FromEntra.safeParse(body);
      if (status === 200 && answer.success) return answer.data;
      throw new AzureError({
        kind: 'unavailable',
        code: 'ServiceUnavailable',
        message: 'The directory cannot be asked for this principal at the moment. Please try again.',
        cause: body,
      });
    },
  };
}
