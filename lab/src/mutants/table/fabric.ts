import { type Mutant, mutantsOf } from '../mutant.ts';

const ARM = 'services/arm/src/service.test.ts';
const route = (text: string) => `${text} answers the services that it lists, and no other`;

/** The fabric: mutual TLS, who may call which control route, the feed, and Resource Manager that owns it all. */
export const FABRIC: readonly Mutant[] = [
  ...mutantsOf('shared/src/http/lifecycle.ts', ARM, [
    {
      name: 'fabric: client certificate',
      find: 'requestCert: true, rejectUnauthorized: true',
      replace: 'requestCert: true, rejectUnauthorized: false',
      test: 'refuses a connection without a certificate, and one whose certificate is of the public authority',
    },
  ]),
  ...mutantsOf('shared/src/fabric/peers.ts', ARM, [
    {
      name: 'fabric: peer',
      find: 'if (peer !== undefined && (peers as string[]).includes(peer)) return next();',
      replace: 'if (peer !== undefined) return next();',
      test: route('GET /feed'),
    },
  ]),
  ...mutantsOf('shared/src/fabric/peers.ts', 'shared/src/fabric/peers.test.ts', [
    {
      name: 'fabric: verified certificate',
      find: 'if (!socket.authorized) return undefined;',
      replace: '',
      test: 'knows no peer by a certificate that was not verified',
    },
    {
      name: 'fabric: name of the peer',
      find: "name.endsWith('.fabric') ? name.slice(0, -'.fabric'.length) : undefined",
      replace: "name.replace('.fabric', '')",
      test: 'knows no peer by a name outside of the fabric: "imds"',
    },
  ]),
  ...mutantsOf('shared/src/fabric/client.ts', 'shared/src/fabric/client.test.ts', [
    {
      name: 'fabric: service that is called',
      find: 'servername: fabricName(service), timeout: 3_000',
      replace: 'servername: fabricName(service), timeout: 3_000, checkServerIdentity: () => undefined',
      test: 'sends nothing to a service that has another name',
    },
    {
      name: 'fabric: authority of the service',
      find: 'servername: fabricName(service), timeout: 3_000',
      replace: 'servername: fabricName(service), timeout: 3_000, rejectUnauthorized: false',
      test: 'sends nothing to a service of another authority',
    },
  ]),
  ...mutantsOf('shared/src/fabric/control-app.ts', ARM, [
    {
      name: 'fabric: peer of /health',
      find: "app.get('/health', allow('portal', 'tests'), ",
      replace: "app.get('/health', ",
      test: route('GET /health'),
    },
    {
      name: 'fabric: peer of /events',
      find: "app.get('/events', allow('portal', 'tests'), ",
      replace: "app.get('/events', ",
      test: route('GET /events'),
    },
    {
      name: 'fabric: peer of the public API on the fabric',
      find: "app.use('/azure', allow('portal', 'tests'), ",
      replace: "app.use('/azure', ",
      test: 'answers the portal as it answers everybody on the public endpoint, and no other service',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/access.ts', ARM, [
    {
      name: 'arm: peer that asks who may do something',
      find: "allow('portal', 'tests')",
      replace: "allow('portal', 'tests', 'blob')",
      test: route('POST /access'),
    },
  ]),
  ...mutantsOf('services/arm/src/domain/who-may.ts', 'services/arm/src/domain/who-may.test.ts', [
    {
      name: 'arm: who may, of another tenant',
      find: "allowed: reason === 'granted' && !isForeign,",
      replace: "allowed: reason === 'granted',",
      test: 'lets nobody of another tenant, whatever roles they have',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/feed.ts', ARM, [
    {
      name: 'arm: peer of the feed',
      find: "allow('entra', 'imds', 'appservice', 'keyvault', 'blob', 'dns', 'cluster')",
      replace: "allow('entra', 'imds', 'appservice', 'keyvault', 'blob', 'dns', 'cluster', 'portal')",
      test: route('GET /feed'),
    },
    {
      name: 'arm: peer that hands over certificates',
      find: "allow('imds', 'appservice')",
      replace: "allow('imds', 'appservice', 'blob')",
      test: route('PUT /identities/f3b1a6a0-0000-4000-8000-000000000002/certificates'),
    },
    {
      name: 'arm: certificates of an identity that the caller hosts',
      find: 'if (!isHostedBy(resources, clientId, host)) {',
      replace: 'if (false) {',
      test: 'takes certificates of an identity from the service that hosts it, and keeps those of two hosts apart',
    },
    {
      name: 'arm: certificates of two hosts apart',
      find: 'certificatesId(clientId, host)',
      replace: "certificatesId(clientId, 'imds')",
      test: 'takes certificates of an identity from the service that hosts it, and keeps those of two hosts apart',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/clock.ts', ARM, [
    {
      name: 'clock: who may move it',
      find: "allow('portal', 'tests')",
      replace: "allow('portal', 'tests', 'imds')",
      test: route('PUT /clock'),
    },
    {
      name: 'clock: never back',
      find: 'z.int().nonnegative()',
      replace: 'z.int()',
      test: 'the clock > is not moved by {"forwardSeconds":-1}',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/move-clock.ts', 'services/arm/src/domain/move-clock.test.ts', [
    {
      name: 'clock: no further than ten years',
      find: 'if (offsetSeconds > MAX_OFFSET_SECONDS) {',
      replace: 'if (false) {',
      test: 'goes ten years ahead and no further, however it is asked',
    },
  ]),
  ...mutantsOf('shared/src/clock.ts', 'shared/src/clock.test.ts', [
    {
      name: 'clock: over a restart',
      find: 'if (db.open) known = get.get() ?? AS_SYSTEM;',
      replace: '',
      test: 'goes on after a restart where it was',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/feed.ts', 'services/arm/src/domain/feed.test.ts', [
    {
      name: 'arm: kinds per follower',
      find: 'FOLLOWED[follower] ?? []',
      replace: 'Object.values(FOLLOWED).flat()',
      test: 'tells a new follower everything that concerns it, and nothing else',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/apply-lab.ts', 'services/arm/src/domain/apply-lab.test.ts', [
    {
      name: 'arm: applied once',
      find: 'if (known?.digest === digest) continue;',
      replace: '',
      test: 'undoes nothing that was changed or removed since, while the entry says the same',
    },
    {
      name: 'arm: certificates of a lost identity',
      find: "if (kind === 'servicePrincipal') removePrincipal(resources, id);",
      replace: '',
      test: 'forgets the certificates of an identity that has gone',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/authenticate.ts', 'services/arm/src/domain/authenticate.test.ts', [
    {
      name: 'arm: tenant of the lab',
      find: 'const tenantId = tenantIds.find((id) => id === unverifiedTenant(token));',
      replace: 'const tenantId = unverifiedTenant(token) as string;',
      test: 'refuses a tenant that the lab has not, though the token is signed and says so itself',
    },
    {
      name: 'arm: audience',
      find: 'audiences: ARM_AUDIENCES }',
      replace: "audiences: [...ARM_AUDIENCES, 'https://vault.azure.net'] }",
      test: 'refuses a token for Key Vault',
    },
  ]),
  ...mutantsOf('shared/src/feed/follow.ts', 'shared/src/feed/follow.test.ts', [
    {
      name: 'feed: applied, then asked on',
      find: 'if (fresh || page.revision !== at?.revision) await apply(page, { fresh });\n    at = { epoch: page.epoch, revision: page.revision };',
      replace:
        'const before = at;\n    at = { epoch: page.epoch, revision: page.revision };\n    if (fresh || page.revision !== before?.revision) await apply(page, { fresh });',
      test: 'asks again for a page that could not be applied',
    },
    {
      name: 'feed: a new epoch starts over',
      find: 'const fresh = page.epoch !== at?.epoch;',
      replace: 'const fresh = at === undefined;',
      test: 'says that an epoch is new, and asks on within it',
    },
  ]),
  ...mutantsOf('services/entra/src/store/apply-pages.ts', 'services/entra/src/store/directory.test.ts', [
    {
      name: 'entra: page and cursor together',
      find: 'db.transaction((',
      replace: '((',
      test: 'applies a page and its cursor together, or neither',
    },
  ]),
];
