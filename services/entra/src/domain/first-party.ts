import { idOf } from '@lab/shared/lab/ids.ts';
import { GRAPH_APP_ROLES } from './app-roles.ts';
import type { AppRole } from './application.ts';
import { API_RESOURCES, GRAPH_APPLICATION_ID } from './resources.ts';

/** A service of Azure as the tenant sees it: a service principal of an application that Microsoft owns. Read-only. */
export type FirstPartyPrincipal = {
  readonly principalId: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly displayName: string;
  readonly uris: readonly string[];
  readonly appRoles: readonly AppRole[];
};

/** The tenant that Microsoft's own applications are registered in. */
export const MICROSOFT_SERVICES_TENANT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** As tenants show it, which is not what documentation calls it. */
const SHOWN: Readonly<Record<string, string>> = {
  '797f4846-ba00-4fd7-ba43-dac1f8f63013': 'Windows Azure Service Management API',
};

/** Object ids differ per tenant, as in Azure, and are the same on every machine. */
export const firstPartyPrincipals = (tenantId: string): readonly FirstPartyPrincipal[] =>
  API_RESOURCES.flatMap(({ applicationId, name, uris }) =>
    applicationId === undefined
      ? []
      : [
          {
            principalId: idOf(`tenants/${tenantId}/servicePrincipals/${applicationId}`),
            clientId: applicationId,
            tenantId,
            displayName: SHOWN[applicationId] ?? name,
            uris,
            appRoles: applicationId === GRAPH_APPLICATION_ID ? GRAPH_APP_ROLES : [],
          },
        ],
  );
