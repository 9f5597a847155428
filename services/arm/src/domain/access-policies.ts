import type { ResourceOf } from '@lab/shared/feed/resources.ts';
import { sameText } from '@lab/shared/same-text.ts';
import { z } from 'zod';

export type AccessPolicy = NonNullable<ResourceOf<'vault'>['accessPolicies']>[number];

const COMMON = ['all', 'get', 'list', 'delete', 'backup', 'restore', 'recover', 'purge'];

/**
 * What can be permitted, by kind of object.
 * @see https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update#permissions
 */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  keys: [
    ...[...COMMON, 'encrypt', 'decrypt', 'wrapKey', 'unwrapKey', 'sign', 'verify', 'create', 'update', 'import'],
    ...['release', 'rotate', 'getrotationpolicy', 'setrotationpolicy'],
  ],
  secrets: [...COMMON, 'set'],
  certificates: [
    ...[...COMMON, 'create', 'import', 'update', 'managecontacts', 'getissuers', 'listissuers', 'setissuers'],
    ...['deleteissuers', 'manageissuers'],
  ],
  storage: [...COMMON, 'set', 'update', 'regeneratekey', 'getsas', 'listsas', 'deletesas', 'setsas'],
};

const permissionsOf = (kind: string) =>
  z
    .array(
      z
        .string()
        .refine(
          (name) => PERMISSIONS[kind]?.some((known) => sameText(known, name)) === true,
          `no permission of ${kind}`,
        ),
    )
    .nullish()
    .transform((names) => names ?? []);

/** One entry as it is sent. Kinds that are left out are permitted nothing. */
const AccessPolicyEntry = z
  .object({
    tenantId: z.guid(),
    objectId: z.guid(),
    applicationId: z.guid().nullish(),
    permissions: z.object({
      keys: permissionsOf('keys'),
      secrets: permissionsOf('secrets'),
      certificates: permissionsOf('certificates'),
      storage: permissionsOf('storage'),
    }),
  })
  .transform(({ tenantId, objectId, applicationId, permissions }): AccessPolicy => {
    const given = Object.entries(permissions).filter(([, names]) => names.length > 0);
    return { tenantId, objectId, ...(applicationId && { applicationId }), permissions: Object.fromEntries(given) };
  });

/** As many as a vault may have. */
export const AccessPolicies = z.array(AccessPolicyEntry).max(1_024);

export type PolicyChange = 'add' | 'replace' | 'remove';

/**
 * The policies of a vault after a change: `add` puts permissions to those that somebody has, `replace` puts them in their
 * place, `remove` takes them away, and with the last one the entry.
 * @see https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/update-access-policy
 */
export function changedPolicies(
  known: readonly AccessPolicy[],
  change: PolicyChange,
  entries: readonly AccessPolicy[],
): AccessPolicy[] {
  return entries.reduce<AccessPolicy[]>(
    (policies, entry) => {
      const others = policies.filter((policy) => !sameHolder(policy, entry));
      const before = policies.find((policy) => sameHolder(policy, entry));
      if (change === 'replace' || !before) return change === 'remove' ? others : [...others, entry];
      const permissions = combined(before.permissions, change, entry.permissions);
      return Object.keys(permissions).length === 0 ? others : [...others, { ...before, permissions }];
    },
    [...known],
  );
}

type Permissions = AccessPolicy['permissions'];

function combined(before: Permissions, change: 'add' | 'remove', given: Permissions): Permissions {
  const kinds = Object.keys(PERMISSIONS).map((kind): [string, string[]] => {
    const [has, names] = [before[kind] ?? [], given[kind] ?? []];
    const isNamed = (name: string) => names.some((other) => sameText(other, name));
    if (change === 'remove') return [kind, has.filter((name) => !isNamed(name))];
    return [kind, [...has, ...names.filter((name) => !has.some((other) => sameText(other, name)))]];
  });
  return Object.fromEntries(kinds.filter(([, names]) => names.length > 0));
}

const sameHolder = (a: AccessPolicy, b: AccessPolicy): boolean =>
  sameText(a.tenantId, b.tenantId) &&
  sameText(a.objectId, b.objectId) &&
  sameText(a.applicationId ?? '', b.applicationId ?? '');
