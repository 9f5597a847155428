import { type Mutant, mutantsOf } from '../mutant.ts';

const AUTHENTICATE = 'services/keyvault/src/routes/authenticate.test.ts';
const AUTHORIZE = 'services/keyvault/src/routes/authorize.test.ts';
const SECRETS = 'services/keyvault/src/routes/secrets.test.ts';
const DELETED = 'services/keyvault/src/routes/deleted-secrets.test.ts';

/** Key Vault: whose tokens, which rights, and what never leaves it. */
export const KEYVAULT: readonly Mutant[] = [
  ...mutantsOf('services/keyvault/src/domain/token-refusal.ts', AUTHENTICATE, [
    {
      name: 'keyvault: a Storage token',
      find: 'export const AUDIENCES = [KEY_VAULT, ',
      replace: "export const AUDIENCES = ['https://storage.azure.com', KEY_VAULT, ",
      test: 'refuses > another audience, naming the check',
    },
  ]),
  ...mutantsOf('services/keyvault/src/apps.ts', AUTHENTICATE, [
    {
      name: 'keyvault: token before all else',
      find: 'app.use(authenticate(verifyToken));\n  app.use(checkQuery, methodOverride, knownMethods);',
      replace: 'app.use(checkQuery, methodOverride, knownMethods);\n  app.use(authenticate(verifyToken));',
      test: 'challenge > comes first: no query at all',
    },
  ]),
  ...mutantsOf('services/keyvault/src/routes/authenticate.ts', AUTHENTICATE, [
    {
      name: 'keyvault: tenant of the vault',
      find: '{ tenantId, audiences: AUDIENCES }',
      replace: "{ tenantId: '', audiences: AUDIENCES }",
      test: 'expects the tenant of the vault and the audiences of Key Vault',
    },
    {
      name: 'keyvault: repeated Authorization header',
      find: "if (repeatedHeaders(req, ['authorization']).length > 0) throw noted(res, authorizationRepeated());",
      replace: '',
      test: 'refuses > a repeated Authorization header, though the first one is good',
    },
  ]),
  ...mutantsOf('services/keyvault/src/routes/authorize.ts', AUTHORIZE, [
    {
      name: 'keyvault: role assignment',
      find: 'if (!grantedBy) throw forbiddenByRbac(question, decision.deniedBy);',
      replace: 'if (!grantedBy) return;',
      test: 'allows nothing while no role assignment is known',
    },
    {
      name: 'keyvault: scope of one secret',
      find: 'const resourceId = name === undefined ? vault.resourceId : secretId(vault, name);',
      replace: "const resourceId = secretId(vault, 'db-pw');",
      test: 'ends at the scope of the assignment: one secret is not its neighbour, nor the list',
    },
  ]),
  ...mutantsOf('services/keyvault/src/domain/vault.ts', AUTHORIZE, [
    {
      name: 'keyvault: slash in a name',
      find: 'encodeURIComponent(name.toWellFormed())',
      replace: 'name',
      test: 'takes an encoded slash for no part of a scope',
    },
  ]),
  ...mutantsOf('services/keyvault/src/routes/secrets.ts', AUTHORIZE, [
    {
      name: 'keyvault: right to set',
      find: '/setSecret/action`',
      replace: '/getSecret/action`',
      test: 'reads and lists, but does not write, with Key Vault Secrets User',
    },
    {
      name: 'keyvault: right to delete',
      find: '/delete`',
      replace: '/getSecret/action`',
      test: 'asks for the data action of each operation, before anything about the secret is said > DELETE /secrets/db-pw',
    },
  ]),
  ...mutantsOf('services/keyvault/src/routes/deleted-secrets.ts', AUTHORIZE, [
    {
      name: 'keyvault: right to purge',
      find: '/purge/action`',
      replace: '/delete`',
      test: 'asks for the data action of each operation, before anything about the secret is said > DELETE /deletedsecrets/db-pw',
    },
  ]),
  ...mutantsOf('services/keyvault/src/routes/backups.ts', AUTHORIZE, [
    {
      name: 'keyvault: right to back up',
      find: '/backup/action`',
      replace: '/readMetadata/action`',
      test: 'asks for the data action of each operation, before anything about the secret is said > POST /secrets/db-pw/backup',
    },
  ]),
  ...mutantsOf('services/keyvault/src/routes/request-form.ts', 'services/keyvault/src/apps.test.ts', [
    {
      name: 'keyvault: repeated query names',
      find: 'if (repeated !== undefined) {',
      replace: 'if (false) {',
      test: 'api-version > refuses ?api-version=7.6&api-version=7.6, before it asks for a role',
    },
    {
      name: 'keyvault: method override',
      find: "req.method === 'POST' ? req.get('x-http-method')",
      replace: "true ? req.get('x-http-method')",
      test: 'methods > lets a POST stand for another method, and no other method for anything',
    },
  ]),
  ...mutantsOf('services/keyvault/src/domain/vault-secrets.ts', SECRETS, [
    {
      name: 'keyvault: no value in a list',
      find: 'list: (page: PageRequest): readonly SecretProperties[] => store.list(id, page),',
      replace:
        'list: (page) => store.list(id, page).map((one) => ({ ...one, tags: { value: store.latest(id, one.name).value } })),',
      test: 'lists > are by name without case, hold no value and no version, and end with nextLink null',
    },
    {
      name: 'keyvault: disabled secret',
      find: 'if (!found.enabled) throw secretDisabled();',
      replace: '',
      test: 'get > refuses a disabled version, and falls back to no older one',
    },
  ]),
  ...mutantsOf('services/keyvault/src/wire.ts', SECRETS, [
    {
      name: 'keyvault: no value after an update',
      find: 'export const toVersionItem = (at: At, secret: SecretProperties) => ({',
      replace: 'export const toVersionItem = (at, secret) => ({\n  value: secret.value,',
      test: 'update > changes what is given, leaves the rest, and answers without the value',
    },
  ]),
  ...mutantsOf('services/keyvault/src/store/secrets.ts', SECRETS, [
    {
      name: 'keyvault: vaults apart',
      find: '({ vaultId: vaultId.toLowerCase(), key: name.toUpperCase() })',
      replace: "({ vaultId: '', key: name.toUpperCase() })",
      test: 'get > keeps vaults apart',
    },
  ]),
  ...mutantsOf('services/keyvault/src/domain/vault-secrets.ts', DELETED, [
    {
      name: 'keyvault: purge protection',
      find: 'if (vault.enablePurgeProtection) throw purgeProtected();',
      replace: '',
      test: 'purges nothing where purge protection is on',
    },
    {
      name: 'keyvault: name of a deleted secret',
      find: 'if (known?.deletion) throw deletedButRecoverable(known.name);',
      replace: '',
      test: 'keeps the name of a deleted secret taken',
    },
    {
      name: 'keyvault: deleted and disabled',
      find: 'if (!found.latest.enabled) throw deletedSecretDisabled();',
      replace: '',
      test: 'refuses to show a deleted secret that was disabled',
    },
  ]),
  ...mutantsOf('services/keyvault/src/domain/backup.ts', 'services/keyvault/src/domain/backup.test.ts', [
    {
      name: 'keyvault: subscription of a backup',
      find: 'if (backup.subscription !== subscriptionOf(vault)) {',
      replace: 'if (false) {',
      test: 'is opened in no vault of another subscription',
    },
    {
      name: 'keyvault: a backup is sealed',
      find: "cipher.update(JSON.stringify(backup), 'utf8')",
      replace: 'Buffer.from(JSON.stringify(backup))',
      test: 'says nothing of what it holds',
    },
  ]),
  ...mutantsOf('services/keyvault/src/store/apply-page.ts', 'services/keyvault/src/store/apply-page.test.ts', [
    {
      name: 'keyvault: declared once',
      find: 'if (fresh || digestOf.get(key)?.digest !== digest) {',
      replace: 'if (true) {',
      test: 'leaves what a caller set since alone, until the declared content differs',
    },
    {
      name: 'keyvault: rights of an old epoch',
      find: '      assignments.clear();\n',
      replace: '',
      test: 'in a new epoch forgets vaults and assignments, keeps secrets, and declares only what is absent',
    },
    {
      name: 'keyvault: page and cursor together',
      find: 'return db.transaction((page: FeedPage',
      replace: 'return ((page: FeedPage',
      test: 'applies a page whole or not at all',
    },
  ]),
];
