import { type Mutant, mutantsOf } from '../mutant.ts';

const ASSERTION = 'services/entra/src/domain/client-assertion.test.ts';
const ROUTES = 'services/entra/src/routes/token.test.ts';
const SERVICE = 'services/entra/src/service.test.ts';
const APPLICATIONS = 'services/entra/src/routes/application-token.test.ts';

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
      find: '!sameText(iss, clientId) || ',
      replace: '',
      test: 'refuses an assertion for another client',
    },
    {
      name: 'entra: sub of an assertion',
      find: ' || !sameText(sub, clientId)',
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
  ...mutantsOf('services/entra/src/routes/forge.ts', SERVICE, [
    {
      name: 'entra: peer of the forge',
      find: "allow('portal', 'tests')",
      replace: "allow('portal', 'tests', 'imds')",
      test: 'the forge > makes tokens for the lab API, and for nobody else of the fabric',
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
  ...mutantsOf('services/entra/src/routes/principals.ts', SERVICE, [
    {
      name: 'entra: peer of the principals',
      find: "allow('arm')",
      replace: "allow('arm', 'portal')",
      test: 'tells arm of a principal, and nobody else',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/client-secret.ts', APPLICATIONS, [
    {
      name: 'entra: secret of the client',
      find: 'timingSafeEqual(sha256, hash)',
      replace: 'sha256.length === hash.length',
      test: 'a client secret > is refused: another one',
    },
    {
      name: 'entra: expiry of a secret',
      find: 'if (!begun.some(({ notAfter }) => now < notAfter)) throw secretExpired(clientId);',
      replace: '',
      test: 'a client secret > expires with the clock, to the second, and says so',
    },
    {
      name: 'entra: beginning of a secret',
      find: 'filter(({ notBefore }) => now >= notBefore)',
      replace: 'filter(() => true)',
      test: 'a client secret > opens nothing before its time',
    },
  ]),
  ...mutantsOf('services/entra/src/store/registrations.ts', APPLICATIONS, [
    {
      name: 'entra: secrets of the owner',
      find: 'FROM secrets WHERE owner_id = ? ORDER BY rowid',
      replace: 'FROM secrets WHERE ? IS NOT NULL ORDER BY rowid',
      test: 'a client secret > of one application is none of another',
    },
    {
      name: 'entra: removed secrets',
      find: 'removeSecret.run(lower(ownerId), lower(keyId)).changes > 0',
      replace: 'true',
      test: 'a client secret > of the service principal is as good as one of the application, and ends with its removal',
    },
    {
      name: 'entra: tenant of an application',
      find: 'FROM applications WHERE tenant_id = ? AND client_id = ?',
      replace: 'FROM applications WHERE ? IS NOT NULL AND client_id = ?',
      test: 'an application > is unknown in another tenant',
    },
    {
      name: 'entra: roles of the client',
      find: 'WHERE principal_id = ? ORDER BY id',
      replace: 'WHERE ? IS NOT NULL ORDER BY id',
      test: "a token for one of the tenant's own applications > has no role that another client was granted",
    },
  ]),
  ...mutantsOf('services/entra/src/domain/client.ts', APPLICATIONS, [
    {
      name: 'entra: service principal of an application',
      find: 'if (!principal.accountEnabled) throw applicationDisabled(application.clientId, principal.displayName);',
      replace: '',
      test: 'an application > gets no token whose service principal is disabled',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/issue-token.ts', APPLICATIONS, [
    {
      name: 'entra: secrets are asked for',
      find: "check('credential', () => verifySecret(credential.secret, { clientId, secrets, now }));",
      replace: '',
      test: 'a client secret > is refused: another one',
    },
    {
      name: 'entra: resource of an app role',
      find: 'resourceId === resource.principalId?.toLowerCase()',
      replace: 'resourceId !== undefined',
      test: "a token for one of the tenant's own applications > has no role that was granted on another application",
    },
    {
      name: 'entra: app role is required',
      find: 'if (assigned.length === 0) throw appRoleRequired',
      replace: 'if (false) throw appRoleRequired',
      test: "a token for one of the tenant's own applications > needs a role where the application requires one",
    },
  ]),
  ...mutantsOf('services/entra/src/domain/client-assertion.ts', APPLICATIONS, [
    {
      name: 'entra: time of a key credential',
      find: 'Math.min(to, validity?.notAfter ?? to)',
      replace: 'to',
      test: 'an application > proves itself with its certificate, in the time that Graph was told',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/app-roles.ts', APPLICATIONS, [
    {
      name: 'entra: app roles that are enabled',
      find: 'isEnabled && value && ',
      replace: 'value && ',
      test: "a token for one of the tenant's own applications > has a role no longer that the application has disabled, or has no more, though it is granted still",
    },
  ]),
  ...mutantsOf('services/entra/src/domain/access-token.ts', APPLICATIONS, [
    {
      name: 'entra: life of an application token',
      find: 'isLong ? TOKEN_LIFE_SECONDS : APPLICATION_TOKEN_LIFE_SECONDS',
      replace: 'TOKEN_LIFE_SECONDS',
      test: 'a client secret > of the operator gives a token for an hour, of an application',
    },
  ]),
];
