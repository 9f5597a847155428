import { type Mutant, mutantsOf } from '../mutant.ts';

const MIDDLEWARE = 'packages/express/src/require-managed-identity.test.ts';
const AUTHORITY = 'packages/express/src/authority.test.ts';
const OPTIONS = 'packages/express/src/options.test.ts';

/** The middleware for APIs of one's own: the checks that it makes besides those of every token, and whose keys it takes. */
export const EXPRESS: readonly Mutant[] = [
  ...mutantsOf('packages/express/src/verify-identity.ts', MIDDLEWARE, [
    {
      name: 'express: tenant before keys',
      find: "typeof tid === 'string' && known === tid.toLowerCase()",
      replace: "typeof tid === 'string' && known !== ''",
      test: 'takes identities of each tenant that it was told of, and of no other',
    },
    {
      name: 'express: audience',
      find: 'audiences });',
      replace: 'audiences: [String(claimsOf(token).aud)] });',
      test: 'refuses a token with the flaw wrong-audience',
    },
    {
      name: "express: the lab's clock",
      find: 'if (labTime && !clock) now = await labTime();',
      replace: 'void [labTime, clock];',
      test: "goes by the lab's clock, also right after it was moved and keys rolled with it",
    },
    {
      name: 'express: no scopes of users',
      find: 'scp !== undefined || ',
      replace: '',
      test: "refuses a user's token that has no idtyp",
    },
    {
      name: 'express: kind of token',
      find: "(idtyp !== undefined && idtyp !== 'app') || sub !== oid",
      replace: 'false && [idtyp, sub, oid]',
      test: "refuses a user's token",
    },
    {
      name: 'express: no client secret',
      find: "acr !== undefined && acr !== '2'",
      replace: 'false && acr',
      test: "refuses an application's token that was got with a secret",
    },
    {
      name: 'express: a token that is bound to a key',
      find: 'cnf !== undefined',
      replace: 'false && cnf',
      test: 'refuses a token that is bound to a key, which a bearer need not have',
    },
    {
      name: 'express: a time that is none',
      find: '!Number.isFinite(now)',
      replace: 'false',
      test: 'lets nobody through by a clock that does not say the time, and leaves that to the app',
    },
  ]),
  ...mutantsOf('packages/express/src/require-managed-identity.ts', MIDDLEWARE, [
    {
      name: 'express: role',
      find: '!roles.some((role) => identity.roles.includes(role))',
      replace: 'identity.roles.length < 0',
      test: 'answers 403 to a managed identity without any of the roles, and says which it needs',
    },
    {
      name: 'express: one token only',
      find: "if (repeatedHeaders(req, ['authorization']).length > 0) return refused(tokenRepeated);",
      replace: 'void [repeatedHeaders, tokenRepeated];',
      test: 'refuses a request with two tokens: which one would another hop see?',
    },
    {
      name: 'express: closed',
      find: 'closed\n      ? {',
      replace: 'closed && false\n      ? {',
      test: 'lets nobody through once it was closed, and leaves others of the same authority open',
    },
  ]),
  ...mutantsOf('packages/express/src/keys.ts', MIDDLEWARE, [
    {
      name: 'express: how often Entra is asked while it is down',
      find: 'firstPauseMs: 1_000, ',
      replace: '',
      test: 'asks the real Entra for the first keys once in a second, however many tokens come while it is down',
    },
  ]),
  ...mutantsOf('packages/express/src/authority.ts', AUTHORITY, [
    {
      name: 'express: the real Entra is certified by the world',
      find: 'ca: rootCertificates,',
      replace:
        "ca: process.env.NODE_EXTRA_CA_CERTS ? [readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'utf8')] : rootCertificates,",
      test: "does not take the lab's Entra for the real one, whatever the environment trusts",
    },
    {
      name: "express: the lab is certified by the lab's authority",
      find: 'certificate.ca && certificate.toLegacyObject().subject.CN === LAB_CA',
      replace: 'certificate.ca && LAB_CA',
      test: "trusts the lab's authority for the lab, out of all that the environment names",
    },
  ]),
  ...mutantsOf('packages/express/src/fetch-json.ts', AUTHORITY, [
    {
      name: 'express: certificates count whatever the environment says',
      find: 'rejectUnauthorized: true,',
      replace: '',
      test: "does not take the lab's Entra for the real one, whatever the environment trusts",
    },
  ]),
  ...mutantsOf('packages/express/src/options.ts', OPTIONS, [
    {
      name: 'express: one tenant is no tenant of the world',
      find: 'const strange = tenants.find((id) => !GUID.test(id));',
      replace: 'const strange = tenants.find((id) => !GUID.test(id) && id === GUID.source);',
      test: 'refuses options with every tenant',
    },
    {
      name: 'express: no check goes missing by its name',
      find: 'refuseOthers(options, OPTIONS);',
      replace: 'void OPTIONS;',
      test: 'refuses options with an option of another name',
    },
    {
      name: 'express: roles of a variable that is not set',
      find: "'roles' in options ?",
      replace: 'roles !== undefined ?',
      test: 'refuses options with roles from a variable that is not set',
    },
  ]),
];
