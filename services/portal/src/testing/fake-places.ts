import type { Place } from '../domain/place.ts';

const SUBSCRIPTION = '55555555-5555-4555-8555-555555555555';

/** Object id of an identity of theirs, for what takes GUIDs alone. */
export const guidOf = (participant: string): string =>
  `${Buffer.from(participant.padEnd(4, '0')).toString('hex')}-0000-4000-8000-000000000000`;

/** A participant with everything of their own under their name. */
export function fakePlace(participant: string, machine: string, workload: string): Place {
  const resourceGroup = `rg-${participant}`;
  return {
    participant,
    tenantId: '11111111-1111-4111-8111-111111111111',
    tenant: 'contoso',
    subscriptionId: SUBSCRIPTION,
    subscription: 'contoso-workshop',
    resourceGroup,
    resourceGroupId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${resourceGroup}`,
    machine,
    workloads: new Set([workload, 'outsider']),
    operatorId: `operator-of-${participant}`,
    principals: new Set([
      ...[`operator-of-${participant}`, `identity-of-${participant}`, `client-of-${participant}`],
      guidOf(participant),
    ]),
    hosts: new Set([`kv-${participant}.vault.azure.net`, `st${participant}.blob.core.windows.net`]),
  };
}

export const ANA = fakePlace('ana', 'vm-app01', 'app');
export const BEN = fakePlace('ben', 'vm-app02', 'app02');
