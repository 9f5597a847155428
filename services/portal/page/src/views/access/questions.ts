import type { Entry, EntryKind } from './model.ts';

/** Something that can be asked for a resource: who may do it. */
export type Question = {
  /** Names its text: `question.getSecret`. */
  readonly id: string;
  readonly operation: { readonly dataAction: string } | { readonly action: string };
};

const SECRETS = 'Microsoft.KeyVault/vaults/secrets';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';

const data = (id: string, dataAction: string): Question => ({ id, operation: { dataAction } });
const control = (id: string, action: string): Question => ({ id, operation: { action } });

const ASSIGN = control('assignRoles', 'Microsoft.Authorization/roleAssignments/write');
const SECRET = [
  data('getSecret', `${SECRETS}/getSecret/action`),
  data('setSecret', `${SECRETS}/setSecret/action`),
  data('deleteSecret', `${SECRETS}/delete`),
];
const BLOB = [
  data('readBlob', `${BLOBS}/read`),
  data('writeBlob', `${BLOBS}/write`),
  data('deleteBlob', `${BLOBS}/delete`),
];
const HOST = (type: string) => [
  control('changeResource', `${type}/write`),
  control('deleteResource', `${type}/delete`),
];

/** What is asked of each kind of resource, the most interesting first. */
export const QUESTIONS: Readonly<Partial<Record<EntryKind, readonly Question[]>>> = {
  secret: SECRET,
  vault: [
    data('listSecrets', `${SECRETS}/readMetadata/action`),
    ...SECRET,
    ...HOST('Microsoft.KeyVault/vaults'),
    ASSIGN,
  ],
  blob: BLOB,
  container: [...BLOB, control('deleteContainer', `${CONTAINERS}/delete`)],
  storageAccount: [
    ...BLOB,
    control('listContainers', `${CONTAINERS}/read`),
    ...HOST('Microsoft.Storage/storageAccounts'),
    ASSIGN,
  ],
  virtualMachine: [...HOST('Microsoft.Compute/virtualMachines'), ASSIGN],
  site: [...HOST('Microsoft.Web/sites'), ASSIGN],
  userAssignedIdentity: [
    control('assignIdentity', 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'),
    ...HOST('Microsoft.ManagedIdentity/userAssignedIdentities'),
    ASSIGN,
  ],
  resourceGroup: [...HOST('Microsoft.Resources/subscriptions/resourceGroups'), ASSIGN],
  subscription: [ASSIGN],
};

export const questionsOf = (entry: Entry | undefined): readonly Question[] => (entry && QUESTIONS[entry.kind]) ?? [];

/** What can be asked about, those first that hold something. */
export function askable(tenants: readonly Entry[]): Entry[] {
  const all = (entry: Entry): Entry[] => [entry, ...entry.children.flatMap(all)];
  const order = Object.keys(QUESTIONS);
  return tenants
    .flatMap(all)
    .filter(({ kind }) => order.includes(kind))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** As a text key: `other scope` is `verdict.otherScope`. */
export const verdictKey = (verdict: string): string =>
  `verdict.${verdict.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase())}`;
