/** What of the lab a participant's machine may use besides what is their own, for the sample program: as the names say it. */
export type Shared = {
  readonly vault?: At | undefined;
  readonly account?: At | undefined;
  /** An API, by its name in the tenant, and the role that the program needs. */
  readonly api?: { readonly name: string; readonly role: string } | undefined;
};
export type At = { readonly subscription: string; readonly resourceGroup: string; readonly name: string };

export const WORKSHOP = 'contoso-workshop';

/**
 * A participant's place as a partial lab file: a group with a machine, an identity that stands alone, a vault with a secret
 * and a storage account, as small as the lab's own but theirs; and for the sample program what it asks for elsewhere.
 */
export function placeFile(
  { participant, machine, tenant }: { participant: string; machine: string; tenant: string },
  { vault, account, api }: Shared,
): object {
  const identity = `id-${participant}`;
  const elsewhere = (at: At | undefined, kind: string, role: string) =>
    at
      ? [
          {
            name: at.subscription,
            resourceGroups: [
              { name: at.resourceGroup, [kind]: [{ name: at.name, roleAssignments: [{ principal: machine, role }] }] },
            ],
          },
        ]
      : [];
  return {
    tenants: [
      {
        name: tenant,
        subscriptions: bySubscription([
          {
            name: WORKSHOP,
            resourceGroups: [
              {
                name: `rg-${participant}`,
                participant: { name: participant, machine },
                virtualMachines: [{ name: machine, systemAssignedIdentity: true, userAssignedIdentities: [identity] }],
                userAssignedIdentities: [{ name: identity }],
                vaults: [
                  {
                    name: `kv-${participant}`,
                    secrets: { ConnectionString: `Server=tcp:sql-${participant}.database.windows.net;Database=orders` },
                    roleAssignments: [{ principal: machine, role: 'Key Vault Secrets User' }],
                  },
                ],
                storageAccounts: [
                  {
                    name: `st${participant}`,
                    containers: [{ name: 'samples', blobs: { 'welcome.txt': `Welcome, ${participant}.` } }],
                    roleAssignments: [
                      { principal: machine, role: 'Storage Blob Data Contributor' },
                      { principal: identity, role: 'Storage Blob Data Reader' },
                    ],
                  },
                ],
              },
            ],
          },
          ...elsewhere(vault, 'vaults', 'Key Vault Secrets User'),
          ...elsewhere(account, 'storageAccounts', 'Storage Blob Data Contributor'),
        ]),
        ...(api && {
          applications: [{ name: api.name, appRoleAssignments: [{ principal: machine, role: api.role }] }],
        }),
      },
    ],
  };
}

type Subscription = { readonly name: string; readonly resourceGroups: readonly Group[] };
type Group = { readonly name: string } & Readonly<Record<string, unknown>>;

/** What stands in one subscription, and in one group there, stands together: a lab file names each once. */
const bySubscription = (entries: readonly Subscription[]): Subscription[] =>
  merged(entries, (one, other) => ({
    ...one,
    resourceGroups: merged([...one.resourceGroups, ...other.resourceGroups], (a, b) => ({ ...a, ...b })),
  }));

function merged<T extends { readonly name: string }>(entries: readonly T[], together: (one: T, other: T) => T): T[] {
  const all = new Map<string, T>();
  for (const entry of entries) {
    const there = all.get(entry.name);
    all.set(entry.name, there ? together(there, entry) : entry);
  }
  return [...all.values()];
}
