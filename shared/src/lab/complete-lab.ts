import { sameText } from '../same-text.ts';
import { resourceGroupIdOf, resourceIdOf } from './ids.ts';
import type { Existing } from './resolve/existing.ts';

type Node = Record<string, unknown>;

/**
 * A partial lab file with what it leaves out of things that exist: their ids, their location, and what would otherwise
 * get a default. It may still be anything: the schema is asked afterwards, and finds the file's mistakes where they are.
 */
export function completeLab(existing: Existing): (file: unknown) => unknown {
  const subscriptionsOf = (tenantId: string) =>
    existing.all('subscription').filter((subscription) => subscription.tenantId === tenantId);

  const group = (subscriptionId: string, entry: Node): Node => {
    const groupId = resourceGroupIdOf(subscriptionId, String(entry.name));
    const at = (type: string, { name }: Node) => resourceIdOf(groupId, type, String(name));
    return {
      ...withDefaults(entry, pick(existing.find('resourceGroup', groupId), 'location')),
      ...each(entry, 'virtualMachines', (machine) =>
        withDefaults(
          machine,
          pick(existing.find('virtualMachine', at('Microsoft.Compute/virtualMachines', machine)), 'vmSize'),
        ),
      ),
      ...each(entry, 'vaults', (vault) =>
        withDefaults(
          vault,
          pick(
            existing.find('vault', at('Microsoft.KeyVault/vaults', vault)),
            'softDeleteRetentionInDays',
            'enablePurgeProtection',
          ),
        ),
      ),
    };
  };

  const subscription = (tenantId: string, entry: Node): Node => {
    const known = subscriptionsOf(tenantId).find(({ displayName }) => sameText(displayName, String(entry.name)));
    const subscriptionId = known?.subscriptionId;
    if (subscriptionId === undefined) return entry;
    return {
      ...withDefaults(entry, { subscriptionId }),
      ...each(entry, 'resourceGroups', (one) => group(subscriptionId, one)),
    };
  };

  const application = (tenantId: string, entry: Node): Node => {
    const known = existing
      .all('application')
      .find((one) => one.tenantId === tenantId && one.displayName === entry.name && one.api);
    return withDefaults(entry, pick(known?.api, 'requestedAccessTokenVersion', 'appRoleAssignmentRequired'));
  };

  const tenant = (entry: Node): Node => {
    const known = existing.all('tenant').find(({ name }) => name === entry.name);
    if (!known) return entry;
    return {
      ...withDefaults(entry, pick(known, 'tenantId', 'displayName', 'domain')),
      ...each(entry, 'subscriptions', (one) => subscription(known.tenantId, one)),
      ...each(entry, 'applications', (one) => application(known.tenantId, one)),
    };
  };

  return (file) => (isNode(file) ? { ...file, ...each(file, 'tenants', tenant) } : file);
}

const withDefaults = (entry: Node, defaults: Node): Node => ({ ...defaults, ...entry });

function each(parent: Node, key: string, complete: (entry: Node) => Node): Node {
  const entries = parent[key];
  if (!Array.isArray(entries)) return {};
  return { [key]: entries.map((entry: unknown) => (isNode(entry) ? complete(entry) : entry)) };
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

function pick<T extends object>(value: T | undefined, ...keys: (keyof T & string)[]): Node {
  return Object.fromEntries(keys.flatMap((key) => (value?.[key] === undefined ? [] : [[key, value[key]]])));
}
