import { type Mutant, mutantsOf } from '../mutant.ts';

const TEST = 'shared/src/tokens/verify.test.ts';

/** Verification of access tokens, and the keys it is done with. */
export const TOKENS: readonly Mutant[] = [
  ...mutantsOf('shared/src/tokens/verify.ts', TEST, [
    {
      name: 'signature',
      find: "return jwt.verify(token, key, { algorithms: ['RS256'], ignoreExpiration: true, ignoreNotBefore: true });",
      replace: 'return key && jwt.decode(token);',
      test: 'refuses > a tampered payload',
    },
    {
      name: 'algorithm',
      find: "if (header.alg !== 'RS256') {",
      replace: 'if (false) {',
      test: 'refuses > an HMAC keyed with the public key',
    },
    {
      name: 'kid is required',
      find: "if (typeof kid !== 'string' || kid === '') {",
      replace: 'if (false) {',
      test: 'refuses > a token without kid',
    },
    {
      name: 'kid is known',
      find: "if (!key) throw new TokenFailure('key', 'Key validation failed. The kid is unknown.', encodedHeader);",
      replace: '',
      test: 'refuses > an unknown kid',
    },
    ...['jwk', 'jku', 'x5u', 'x5c'].map((header) => ({
      name: `header ${header}`,
      find: 'const own = KEYS_OF_THE_TOKEN.find((name) => name in header);',
      replace: `const own = KEYS_OF_THE_TOKEN.find((name) => name !== '${header}' && name in header);`,
      test: `refuses > a header that brings its own ${header}`,
    })),
    {
      name: 'header crit',
      find: "if ('crit' in header)",
      replace: 'if (false)',
      test: 'refuses > a header that brings its own crit',
    },
  ]),
  ...mutantsOf('shared/src/tokens/claims.ts', TEST, [
    {
      name: 'issuer',
      find: 'if (token.iss !== issuersOf(tenantId)[token.ver]) {',
      replace: 'if (false) {',
      test: 'refuses > another issuer',
    },
    {
      name: 'issuer of the token version',
      find: 'if (token.iss !== issuersOf(tenantId)[token.ver]) {',
      replace: 'if (!Object.values(issuersOf(tenantId)).includes(token.iss)) {',
      test: 'refuses > the v2.0 issuer in a v1.0 token',
    },
    {
      name: 'audience',
      find: 'if (!audiences.includes(token.aud)) {',
      replace: 'if (false) {',
      test: 'refuses > another audience',
    },
    {
      name: 'tenant',
      find: 'if (token.tid !== tenantId) {',
      replace: 'if (false) {',
      test: 'refuses > another tenant',
    },
    {
      name: 'expiry',
      find: 'if (now >= token.exp)',
      replace: 'if (false)',
      test: 'refuses > an expired token',
    },
    {
      name: 'not-before',
      find: 'if (now < token.nbf)',
      replace: 'if (false)',
      test: 'refuses > a token that is not yet valid',
    },
    {
      name: 'missing claims',
      find: "if (typeof value !== 'string' || value === '')",
      replace: 'if (false)',
      test: 'refuses > a token without oid',
    },
    {
      name: 'missing times',
      find: "if (typeof value !== 'number' || !Number.isFinite(value))",
      replace: 'if (false)',
      test: 'refuses > a token without exp',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/token-inspection.ts', 'services/portal/src/routes/tokens.test.ts', [
    {
      name: "inspector: nobody's token but the lab's",
      find: 'if (!isOfLab(claims, tenantIds)) {',
      replace: 'if (false) {',
      test: 'the inspector > shows no service a token of a tenant that is not of the lab',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/tokens.ts', 'services/portal/src/participants.test.ts', [
    {
      name: 'forge: participants for themselves alone',
      find: 'if (place && !isOfTheirs(wish, place)) throw notTheirs();',
      replace: '',
      test: 'a participant > forges tokens of their own identities, wrong in a classic way or not at all, and no others',
    },
    {
      name: 'forge: no claims of their choice for participants',
      find: ' && Object.keys(others).length === 0',
      replace: ' && others !== undefined',
      test: 'a participant > forges tokens of their own identities, wrong in a classic way or not at all, and no others',
    },
    {
      name: "inspector: participants' own vaults alone",
      find: '!place || isInPlace(report, place)',
      replace: 'true || isInPlace(report, place as Place)',
      test: 'a participant > is told what their own vault and account say to a token, and of no others that there are any',
    },
  ]),
  ...mutantsOf('shared/src/tokens/token-reports.ts', 'services/keyvault/src/service.test.ts', [
    {
      name: 'inspector: peer',
      find: "'/tokens/checks', allow('portal', 'tests'), async",
      replace: "'/tokens/checks', async",
      test: 'says to the portal what it would say to a token, and to nobody else',
    },
  ]),
  ...mutantsOf('shared/src/tokens/jwks.ts', 'shared/src/tokens/jwks.test.ts', [
    {
      name: 'cool-down of who only looks for a key',
      find: 'if (!aside || performance.now() - aside.at >= LOOK_COOLDOWN_MS) {',
      replace: 'if (true) {',
      test: 'lets somebody look for a key without spending the fetch that others may need',
    },
    {
      name: 'unknown kid gets no other key',
      find: 'return known.get(kid);',
      replace: 'return known.get(kid) ?? known.values().next().value;',
      test: 'makes one fetch in a cool-down, however many unknown kids come, and still knows the honest ones',
    },
    {
      name: 'cool-down of key fetches',
      find: 'else if (performance.now() - lastFetch >= cooldownMs) return refresh();',
      replace: 'else await refresh();',
      test: 'makes one fetch in a cool-down, however many unknown kids come, and still knows the honest ones',
    },
    {
      name: 'last good keys are kept',
      find: '.catch((error) => {',
      replace: '.catch((error) => {\n        known = new Map();',
      test: 'keeps the last good set while the issuer is down',
    },
    {
      name: 'no keys is not an answer',
      find: 'if (!known) throw new Error(',
      replace: 'if (!known) return void new Error(',
      test: 'rejects as long as there has never been a set',
    },
  ]),
  ...mutantsOf('shared/src/tokens/fetch-key-set.ts', 'shared/src/tokens/fetch-key-set.test.ts', [
    {
      name: 'authority of the key server',
      find: 'connect: { ca, timeout: 3_000 }',
      replace: 'connect: { ca, timeout: 3_000, rejectUnauthorized: false }',
      test: 'takes keys from no server that the authority does not vouch for',
    },
  ]),
];
