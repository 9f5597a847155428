import { type Mutant, mutantsOf } from '../mutant.ts';

const AUTHENTICATE = 'services/blob/src/routes/authenticate.test.ts';
const AUTHORIZE = 'services/blob/src/routes/authorize.test.ts';

/** Blob Storage: whose tokens, which rights, and what it must not pretend to do. */
export const BLOB: readonly Mutant[] = [
  ...mutantsOf('services/blob/src/domain/account.ts', AUTHENTICATE, [
    {
      name: 'blob: a Key Vault token',
      find: "audiences: [\n    'https://storage.azure.com',",
      replace: "audiences: [\n    'https://vault.azure.net',\n    'https://storage.azure.com',",
      test: 'expects the tenant of the account and the audiences of Storage and of this account',
    },
    {
      name: 'blob: tenant of the account',
      find: 'tenantId: account.tenantId,',
      replace: "tenantId: '',",
      test: 'expects the tenant of the account and the audiences of Storage and of this account',
    },
  ]),
  ...mutantsOf('services/blob/src/domain/authenticate.ts', AUTHENTICATE, [
    {
      name: 'blob: no token',
      find: "return refuse(version >= CHALLENGE_SINCE ? 'NoAuthenticationInformation' : 'PublicAccessNotPermitted');",
      replace: 'return undefined;',
      test: 'a request without a usable token > no token',
    },
    {
      name: 'blob: account keys are off',
      find: "if (sharedAccessSignature === 'account key') return refuse('KeyBasedAuthenticationNotPermitted');",
      replace: '',
      test: 'a request without a usable token > a shared access signature of the account key',
    },
  ]),
  ...mutantsOf('services/blob/src/domain/authorize.ts', AUTHORIZE, [
    {
      name: 'blob: role assignment',
      find: 'const refusal = grantedBy ? undefined : forbidden(caller, operation, decision);',
      replace: 'const refusal = undefined;',
      test: 'a reader deletes no blob',
    },
    {
      name: 'blob: scope of one container',
      find: ': containerIdOf(account, container);',
      replace: ": containerIdOf(account, 'docs');",
      test: 'ends at the container of the assignment: its neighbour and the list of containers stay closed',
    },
  ]),
  ...mutantsOf('services/blob/src/domain/operation.ts', AUTHORIZE, [
    {
      name: 'blob: Create Container is an action',
      find: "['CreateContainer', 'PUT', undefined, action('containers/write')]",
      replace: "['CreateContainer', 'PUT', undefined, dataAction('write')]",
      test: 'an Owner creates a container',
    },
    {
      name: 'blob: Get Blob is a data action',
      find: "['GetBlob', 'GET', undefined, dataAction('read')]",
      replace: "['GetBlob', 'GET', undefined, action('containers/read')]",
      test: 'an Owner reads no blob, for that is a data action',
    },
    {
      name: 'blob: List Blobs is a data action',
      find: "['ListBlobs', 'GET', 'list', dataAction('read')]",
      replace: "['ListBlobs', 'GET', 'list', action('containers/read')]",
      test: 'an Owner lists no blobs',
    },
    {
      name: 'blob: right to write',
      find: 'containers/blobs/write` }',
      replace: 'containers/blobs/read` }',
      test: 'a reader writes no blob',
    },
    {
      name: 'blob: add is not overwrite',
      find: ', newOnly: true }',
      replace: ' }',
      test: 'add/action does not suffice to overwrite',
    },
  ]),
  ...mutantsOf('services/blob/src/domain/request-rights.ts', AUTHORIZE, [
    {
      name: 'blob: right to delete a version',
      find: "if (query.get('versionid')) return",
      replace: 'if (false) return',
      test: 'asks for the right that goes with the particulars: who deletes a version, as contributor',
    },
    {
      name: 'blob: right to read tags in a list',
      find: "if (name === 'ListBlobs' && ",
      replace: 'if (false && ',
      test: 'asks for the right that goes with the particulars: who lists with tags, as contributor',
    },
    {
      name: 'blob: right to write tags with a blob',
      find: 'if (takesTags(operation) && ',
      replace: 'if (false && ',
      test: 'asks for the right that goes with the particulars: who uploads with tags, as contributor',
    },
  ]),
  ...mutantsOf('services/blob/src/routes/exchange.ts', AUTHORIZE, [
    {
      name: 'blob: add is not overwrite, in a race',
      find: 'if (exchange.newOnly && current) throw noLongerNew();',
      replace: '',
      test: 'lets one of many concurrent uploads with add/action alone create the blob',
    },
  ]),
  ...mutantsOf('services/blob/src/apps.ts', AUTHORIZE, [
    {
      name: 'blob: rights before names',
      find: 'if (refusal) throw refusal;\n\n    checkNames(target);',
      replace: 'checkNames(target);\n    if (refusal) throw refusal;',
      test: 'answers 403 before it says anything about a name that there cannot be',
    },
  ]),
  ...mutantsOf('services/blob/src/routes/exchange.ts', AUTHENTICATE, [
    {
      name: 'blob: repeated headers',
      find: "if (header !== undefined) throw refuse('InvalidHeaderValue', { HeaderName: header });",
      replace: '',
      test: 'a request without a usable token > two Authorization headers',
    },
  ]),
  ...mutantsOf('services/blob/src/routes/exchange.ts', 'services/blob/src/apps.test.ts', [
    {
      name: 'blob: repeated query names',
      find: "if (parameter !== undefined) throw invalidQuery(parameter, '', 'The parameter is given more than once.');",
      replace: '',
      test: 'addresses > a parameter twice',
    },
  ]),
  ...mutantsOf('services/blob/src/routes/containers.ts', 'services/blob/src/routes/containers.test.ts', [
    {
      name: 'blob: public containers',
      find: "if (header('x-ms-blob-public-access') !== undefined) throw refuse('PublicAccessNotPermitted');",
      replace: '',
      test: 'containers > cannot be public, and know conditions on time only',
    },
  ]),
  ...mutantsOf('services/blob/src/store/feed.ts', 'services/blob/src/store/feed.test.ts', [
    {
      name: 'blob: rights of an old epoch',
      find: '    assignments.clear();\n',
      replace: '',
      test: 'keeps data in a new epoch, and forgets accounts and role assignments that are not declared again',
    },
    {
      name: 'blob: page and cursor together',
      find: 'const applyAll = db.transaction((page: FeedPage',
      replace: 'const applyAll = ((page: FeedPage',
      test: 'applies a page as a whole or not at all',
    },
  ]),
];
