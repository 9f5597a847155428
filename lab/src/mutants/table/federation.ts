import { type Mutant, mutantsOf } from '../mutant.ts';

const FEDERATED = 'services/entra/src/routes/federated-token.test.ts';
const ISSUERS = 'services/entra/src/federation/issuer-keys.test.ts';
const DOCUMENTS = 'services/entra/src/federation/fetch-document.test.ts';

/** Workload identity federation: which foreign token stands for a client, and where its issuer's keys come from. */
export const FEDERATION: readonly Mutant[] = [
  ...mutantsOf('services/entra/src/domain/federated-credential.ts', FEDERATED, [
    {
      name: 'entra: issuer of a federated token',
      find: 'credentials.filter((credential) => credential.issuer === issuer)',
      replace: 'credentials.filter(() => true)',
      test: "a cluster's token for a user-assigned identity > is refused with another issuer",
    },
    {
      name: 'entra: issuer to the letter',
      find: 'credential.issuer === issuer',
      replace: "credential.issuer.toLowerCase().replace(/\\/$/, '') === issuer.toLowerCase().replace(/\\/$/, '')",
      test: "a cluster's token for a user-assigned identity > is refused with the issuer without its slash",
    },
    {
      name: 'entra: audience of a federated token',
      find: 'ofIssuer.filter((credential) => isAudience(credential.audience))',
      replace: 'ofIssuer.filter(() => true || isAudience)',
      test: "a cluster's token for a user-assigned identity > is refused with another audience",
    },
    {
      name: 'entra: audience that only Entra has',
      find: '(ownIssuer && expected === TOKEN_EXCHANGE',
      replace: '(expected === TOKEN_EXCHANGE',
      test: "a cluster's token for a user-assigned identity > is refused with the resource's id as audience",
    },
    {
      name: 'entra: one audience of a federated token',
      find: 'claims.aud.length === 1',
      replace: 'claims.aud.length > 0',
      test: "a cluster's token for a user-assigned identity > is refused with two audiences",
    },
    {
      name: 'entra: subject of a federated token',
      find: 'forAudience.find((credential) => credential.subject === subject)',
      replace: 'forAudience[0]',
      test: "a cluster's token for a user-assigned identity > is refused with another subject",
    },
    {
      name: 'entra: case of the subject',
      find: 'forAudience.find((credential) => credential.subject === subject)',
      replace: 'forAudience.find((credential) => credential.subject.toLowerCase() === subject.toLowerCase())',
      test: "a cluster's token for a user-assigned identity > is refused with the subject in another case",
    },
  ]),
  ...mutantsOf('services/entra/src/domain/federated-assertion.ts', FEDERATED, [
    {
      name: 'entra: signature of a federated token',
      find: 'jwt.verify(token, key, {',
      replace: 'jwt.decode(token, {',
      test: "a cluster's token for a user-assigned identity > is refused with claims that were changed",
    },
    {
      name: 'entra: algorithm of a federated token',
      find: "if (algorithm !== 'RS256') {",
      replace: 'if (false) {',
      test: "a cluster's token for a user-assigned identity > is refused with another algorithm",
    },
    {
      name: 'entra: time of a federated token',
      find: '  verifyAssertionTime(assertion, now);\n}',
      replace: '}',
      test: "a cluster's token for a user-assigned identity > is refused with an exp that has passed",
    },
    {
      name: 'entra: no federation between tenants',
      find: ' || isForeignTenant',
      replace: '',
      test: "a federated credential of an application > takes none of another tenant's identities",
    },
    {
      name: 'entra: no identity on another identity',
      find: 'client.managedIdentity || ',
      replace: '',
      test: 'a federated credential of an application > is nothing that a managed identity can have for an issuer of Entra',
    },
    {
      name: 'entra: user-assigned identities only',
      find: ' || !isUserAssigned(credential.subject)',
      replace: '',
      test: 'a federated credential of an application > takes none of an application',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/issue-token.ts', FEDERATED, [
    {
      name: 'entra: federated tokens are verified',
      find: "await check('federated assertion', () => verifyFederatedAssertion(parsed, trust, { issuerKeys, now }));",
      replace: 'void trust;',
      test: "a cluster's token for a user-assigned identity > is refused with a signature of another key",
    },
    {
      name: 'entra: a federated credential that went while keys were fetched',
      find: '    trustOf(findAgain());',
      replace: '    void findAgain;',
      test: "a cluster's token for a user-assigned identity > is refused when the keys arrive after its credential was deleted",
    },
  ]),
  ...mutantsOf('services/entra/src/store/directory.ts', FEDERATED, [
    {
      name: 'entra: federated credentials of the identity',
      find: 'FROM federated_credentials WHERE client_id = ? ORDER BY id',
      replace: 'FROM federated_credentials WHERE ? IS NOT NULL ORDER BY id',
      test: "a cluster's token for a user-assigned identity > opens no other identity, tenant or application",
    },
  ]),
  ...mutantsOf('services/entra/src/federation/issuer-keys.ts', ISSUERS, [
    {
      name: 'entra: hosts of issuers',
      find: 'if (!isIssuerHost(url.host)) throw',
      replace: 'if (false) throw',
      test: 'asks nobody for an issuer with a host outside of the lab',
    },
    {
      name: 'entra: hosts of issuers end there',
      find: '\\.oic\\.prod-aks\\.azure\\.com$/',
      replace: '\\.oic\\.prod-aks\\.azure\\.com/',
      test: 'asks nobody for an issuer with a host that goes on',
    },
    {
      name: 'entra: TLS of issuers',
      find: "protocol !== 'https:' || ",
      replace: '',
      test: 'asks nobody for an issuer with no TLS',
    },
    {
      name: 'entra: key set within the lab',
      find: 'fetchDocument(allowedUrl(document.jwks_uri))',
      replace: 'fetchDocument(String(document.jwks_uri))',
      test: 'goes no further than a document that leads to a key set outside of the lab',
    },
    {
      name: 'entra: issuer of the document',
      find: 'if (document.issuer !== issuer) throw',
      replace: 'if (false) throw',
      test: 'goes no further than a document that names another issuer',
    },
    {
      name: 'entra: number of keys',
      find: ' || keys.length > 100',
      replace: '',
      test: 'takes no keys that are too many',
    },
    {
      name: 'entra: issuers that do not answer',
      find: 'if (performance.now() - keys.failedAt < cooldownMs) throw',
      replace: 'if (false) throw',
      test: 'gives an issuer that cannot be reached a rest, and says what Entra says',
    },
    {
      name: 'entra: number of issuers',
      find: 'if (known.size > ISSUERS_KEPT && oldest !== undefined) {',
      replace: 'if (false && oldest !== undefined) {',
      test: 'keeps the keys of a bounded number of issuers',
    },
  ]),
  ...mutantsOf('services/entra/src/federation/fetch-document.ts', DOCUMENTS, [
    {
      name: 'entra: authority of issuers',
      find: 'buildConnector({ ca, timeout: 3_000 })',
      replace: 'buildConnector({ ca, timeout: 3_000, rejectUnauthorized: false })',
      test: 'trusts no certificate of another authority',
    },
    {
      name: 'entra: size of a document',
      find: '    maxResponseSize: maxBytes,\n',
      replace: '',
      test: 'rejects an answer that is large',
    },
  ]),
];
