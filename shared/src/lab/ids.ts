import { v5 as uuidv5 } from 'uuid';

/** Namespace of every id that the lab makes up, so that they are the same on every machine and a handout can print them. */
const NAMESPACE = '3d0f1b8a-5c1e-5b7e-9a55-7f0c6f2f4c11';

/** UUIDv5 of a path such as `tenants/contoso`. */
export const idOf = (path: string): string => uuidv5(path.toLowerCase(), NAMESPACE);

/** The operator of a tenant: the person at the keyboard. @param tenant Its short name, such as `contoso`. */
export const operatorOf = (tenant: string): { readonly clientId: string; readonly principalId: string } => {
  const base = operatorPath(tenant);
  return { clientId: idOf(`${base}#client`), principalId: idOf(`${base}#principal`) };
};
export const operatorPath = (tenant: string): string => `tenants/${tenant}/applications/operator`;

export const subscriptionIdOf = (id: string) => `/subscriptions/${id}`;
export const resourceGroupIdOf = (subscription: string, group: string) =>
  `/subscriptions/${subscription}/resourceGroups/${group}`;
export const resourceIdOf = (group: string, type: string, name: string) => `${group}/providers/${type}/${name}`;
