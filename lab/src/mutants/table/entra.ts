import { type Mutant, mutantsOf } from '../mutant.ts';

const ASSERTION = 'services/entra/src/domain/client-assertion.test.ts';
const ROUTES = 'services/entra/src/routes/token.test.ts';
const SERVICE = 'services/entra/src/service.test.ts';

/** Entra: how a client proves who it is, and the keys that tokens are signed with. */
export const ENTRA: readonly Mutant[] = [
  ...mutantsOf('services/entra/src/domain/client-assertion.ts', ASSERTION, [
    {
      name: 'entra: algorithm of an assertion',
      find: "if (algorithm !== 'PS256' && algorithm !== 'RS256') {",
      replace: 'if (false) {',
      test: 'refuses an assertion with another algorithm of the same key',
    },
    {
      name: 'entra: signature of an assertion',
      find: 'jwt.verify(token, createPublicKey(key.certificate), {',
      replace: 'jwt.decode(token, {',
      test: 'refuses an assertion whose claims were changed',
    },
    {
      name: 'entra: thumbprint is required',
      find: 'if (!hasThumbprint(hints)) {',
      replace: 'if (false) {',
      test: 'refuses an assertion without any thumbprint',
    },
    {
      name: 'entra: thumbprint is registered',
      find: 'const key = findByThumbprint(hints, registered);',
      replace: 'const key = findByThumbprint(hints, registered) ?? registered.at(-1);',
      test: 'names the thumbprint in hexadecimal where the key is not found',
    },
    {
      name: 'entra: certificate in its time',
      find: 'if (isOutOfTime) throw',
      replace: 'if (false) throw',
      test: 'refuses an assertion of a certificate that has expired',
    },
    {
      name: 'entra: iss of an assertion',
      find: '!sameId(iss, clientId) || ',
      replace: '',
      test: 'refuses an assertion for another client',
    },
    {
      name: 'entra: sub of an assertion',
      find: ' || !sameId(sub, clientId)',
      replace: '',
      test: 'refuses an assertion about another subject',
    },
    {
      name: 'entra: exp of an assertion',
      find: 'now - SKEW_SECONDS >= exp || ',
      replace: '',
      test: 'grants five minutes of skew: exp five minutes ago',
    },
    {
      name: 'entra: nbf of an assertion',
      find: ' || (nbf !== undefined && now + SKEW_SECONDS < nbf)',
      replace: '',
      test: 'grants five minutes of skew: nbf beyond the skew',
    },
    {
      name: 'entra: exp is required',
      find: 'if (!isTime(exp) || ',
      replace: 'if (',
      test: 'refuses an assertion without exp',
    },
    {
      name: 'entra: audience of an assertion',
      find: ' || !accepted.includes(one.toLowerCase())',
      replace: '',
      test: 'refuses an assertion for another audience',
    },
    {
      name: 'entra: one audience',
      find: 'aud.length === 1',
      replace: 'aud.length > 0',
      test: 'refuses an assertion for several audiences',
    },
    {
      name: 'entra: critical headers',
      find: "if ('crit' in header) throw",
      replace: 'if (false) throw',
      test: 'refuses an assertion with a critical header',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/authority.ts', ASSERTION, [
    {
      name: 'entra: tenant in the audience',
      find: '[tenantId, domain].flatMap(',
      replace: "[tenantId, domain, 'common'].flatMap(",
      test: 'refuses an assertion for common',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/assertion-key.ts', ASSERTION, [
    {
      name: 'entra: x5c is the registered certificate',
      find: '(!leaf || certificate.sha256.equals(leaf))',
      replace: 'true',
      test: 'refuses an assertion whose thumbprint and chain differ',
    },
    {
      name: 'entra: x5t is the registered certificate',
      find: '(!sha1 || certificate.sha1.equals(sha1))',
      replace: 'true',
      test: 'refuses an assertion whose two thumbprints differ',
    },
  ]),
  // The same checks once more, where they are put together: none of them may be left out.
  ...mutantsOf('services/entra/src/domain/issue-token.ts', ROUTES, [
    {
      name: 'entra: signature is asked for',
      find: "check('assertion signature', () => verifyAssertionSignature(parsed, key, clientId));",
      replace: '',
      test: 'refuses an assertion that another key has signed',
    },
    {
      name: 'entra: client of the assertion is asked for',
      find: "check('assertion client', () => verifyAssertionClient(parsed, clientId));",
      replace: '',
      test: 'refuses an assertion about another client',
    },
    {
      name: 'entra: time of the assertion is asked for',
      find: "check('time', () => verifyAssertionTime(parsed, now));",
      replace: '',
      test: 'refuses an expired assertion',
    },
    {
      name: 'entra: audience of the assertion is asked for',
      find: "check('audience', () => verifyAssertionAudience(parsed, acceptedAudiences(tenant, authorityOrigin)));",
      replace: '',
      test: 'refuses an assertion for another audience',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/token-request.ts', ROUTES, [
    {
      name: 'entra: one credential',
      find: "if (hasSecret) throw requestMalformed('assertion and secret in one request');",
      replace: '',
      test: 'refuses a secret and an assertion',
    },
    {
      name: 'entra: repeated form fields',
      find: 'if (repeated !== undefined) throw parameterRepeated(repeated);',
      replace: '',
      test: 'refuses a repeated form field, whatever its name',
    },
    {
      name: 'entra: grant type',
      find: "if (grantType !== 'client_credentials') throw unsupportedGrantType(grantType);",
      replace: '',
      test: 'refuses grant refresh_token',
    },
  ]),
  ...mutantsOf('services/entra/src/store/directory.ts', 'services/entra/src/store/directory.test.ts', [
    {
      name: 'entra: tenant of a client',
      find: 'WHERE client_id = ? AND tenant_id = ?',
      replace: 'WHERE client_id = ? AND ? IS NOT NULL',
      test: 'finds a service principal in its own tenant only, by client id in any case',
    },
    {
      name: 'entra: certificates of the client',
      find: 'FROM certificates WHERE client_id = ? ORDER BY',
      replace: 'FROM certificates WHERE ? IS NOT NULL ORDER BY',
      test: 'finds the certificates of a client among its own only',
    },
    {
      name: 'entra: certificates taken back',
      find: '    dropCertificates.run(entry);\n',
      replace: '',
      test: 'forgets what is deleted',
    },
  ]),
  ...mutantsOf('services/entra/src/store/directory.ts', ROUTES, [
    {
      name: 'entra: deleted service principal',
      find: '} else dropPrincipal.run(key);',
      replace: '}',
      test: 'stops issuing tokens the moment the service principal is deleted, and starts again when it is back',
    },
  ]),
  ...mutantsOf('services/entra/src/store/signing-keys.ts', 'services/entra/src/domain/key-ring.test.ts', [
    {
      name: 'entra: the next key is known',
      find: "WHERE state <> 'retired' OR",
      replace: "WHERE state = 'current' OR",
      test: 'publishes the next key before it signs',
    },
    {
      name: 'entra: retired keys go',
      find: "state <> 'retired' OR retired_at > ?",
      replace: 'state IS NOT NULL OR retired_at > ?',
      test: 'signs with the new key at once, and keeps tokens of the old one verifiable for their whole life',
    },
  ]),
  ...mutantsOf('services/entra/src/apps.ts', SERVICE, [
    {
      name: 'entra: flag of the forge',
      find: 'if (testRoutes) routes.use',
      replace: 'routes.use',
      test: 'the forge > does not exist where it is not switched on, nor on the public listener',
    },
  ]),
  ...mutantsOf('services/entra/src/routes/forge.ts', SERVICE, [
    {
      name: 'entra: peer of the forge',
      find: "allow('tests')",
      replace: "allow('tests', 'portal')",
      test: 'the forge > makes none for the portal',
    },
  ]),
  ...mutantsOf('services/entra/src/routes/signing-keys.ts', SERVICE, [
    {
      name: 'entra: peer of the key rotation',
      find: "allow('portal', 'tests')",
      replace: "allow('portal', 'tests', 'keyvault')",
      test: 'lets keyvault use none of its control routes',
    },
  ]),
];
