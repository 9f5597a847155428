import { type Mutant, mutantsOf } from '../mutant.ts';

const ROUTES = 'services/imds/src/routes/imds.test.ts';

/** IMDS: who is asking, in which way, and whose identity it gets. */
export const IMDS: readonly Mutant[] = [
  ...mutantsOf('services/imds/src/domain/virtual-machine.ts', 'services/imds/src/domain/virtual-machine.test.ts', [
    {
      name: 'imds: whole source address',
      find: 'sourceAddress !== undefined && sourceAddress === address',
      replace: 'sourceAddress?.startsWith(address)',
      test: 'tells a virtual machine by its source address: an address that only starts the same',
    },
  ]),
  ...mutantsOf('services/imds/src/routes/admission.ts', ROUTES, [
    {
      name: 'imds: source address',
      find: 'const machine = virtualMachineAt(remoteAddress(req), known);',
      replace: 'const machine = virtualMachineAt(remoteAddress(req), known) ?? known[0];',
      test: 'refuses a peer that is not one of the virtual machines, whatever it asks for, and hangs up',
    },
    {
      name: 'imds: nothing but errors for a deleted machine',
      find: 'isIdentityPath(req.path) ? [...machines.all(), ...machines.former()] : machines.all()',
      replace: '[...machines.all(), ...machines.former()]',
      test: 'tells a virtual machine that was deleted that it has no identity, and refuses it everything else',
    },
    {
      name: 'imds: a refused peer is cut off',
      find: "if (!machine) res.set('Connection', 'close');",
      replace: '',
      test: 'answers no second request on the connection of a peer that it refused',
    },
    {
      name: 'imds: Metadata header',
      find: "req.headers.metadata === 'true' ? undefined : metadataHeaderMissing(identityPath)",
      replace: 'undefined',
      test: 'refuses a request without the Metadata header for a whole token request, to the byte',
    },
    {
      name: 'imds: Metadata header to the letter',
      find: "req.headers.metadata === 'true'",
      replace: 'req.headers.metadata !== undefined',
      test: 'refuses a request without the Metadata header for a whole token request, to the byte',
    },
    {
      name: 'imds: X-Forwarded-For',
      find: "req.headers['x-forwarded-for'] === undefined ? undefined : forwarded()",
      replace: 'undefined',
      test: 'refuses a request that was forwarded',
    },
    {
      name: 'imds: method',
      find: "req.method === 'GET' ? undefined : methodNotAllowed()",
      replace: 'undefined',
      test: 'does not allow POST',
    },
    {
      name: 'imds: repeated query names',
      find: 'repeated.length === 0 ? undefined : queryRepeated(repeated, identityPath)',
      replace: 'undefined',
      test: 'refuses a resource twice',
    },
    {
      name: 'imds: api-version',
      find: "isSupported(category, query.get('api-version')) ? undefined : apiVersionInvalid()",
      replace: 'undefined',
      test: 'names the newest versions for a version that never was',
    },
  ]),
  ...mutantsOf('services/imds/src/domain/select-identity.ts', 'services/imds/src/domain/select-identity.test.ts', [
    {
      name: "imds: identities of the machine's own",
      find: 'if (selector) return found(matching(identities, selector));',
      replace: 'if (selector) return found(matching(identities, selector) ?? identities[0]);',
      test: 'refuses an id of another machine',
    },
    {
      name: 'imds: no choice among several',
      find: 'if (identities.length > 1) throw severalIdentities();',
      replace: '',
      test: 'refuses two user-assigned ones',
    },
    {
      name: 'imds: one selector',
      find: 'if (sent.length > 1) throw selectorsExclusive();',
      replace: '',
      test: 'refuses two selectors, though they agree',
    },
  ]),
  ...mutantsOf('services/imds/src/routes/app-service.ts', 'services/imds/src/routes/app-service.test.ts', [
    {
      name: 'imds: X-IDENTITY-HEADER',
      find: 'const found = presented && hostOf(holders(), presented);',
      replace: 'const found = (presented && hostOf(holders(), presented)) ?? holders()[0]?.host;',
      test: 'refuses an X-IDENTITY-HEADER that is wrong',
    },
    {
      name: 'imds: X-IDENTITY-HEADER whole',
      find: 'timingSafeEqual(holder.sha256, presented)',
      replace: 'true',
      test: 'refuses an X-IDENTITY-HEADER that is the beginning of a right one',
    },
    {
      name: 'imds: host of the secret',
      find: 'const found = selectAppServiceIdentity(host.identities, selectorOf(req, query));',
      replace:
        'const found = holders().map((any) => selectAppServiceIdentity(any.host.identities, selectorOf(req, query))).find(Boolean);',
      test: 'lets the secret decide whose identities are meant',
    },
    {
      name: 'imds: header of the version',
      find: "isLegacy(req) ? req.headers.secret : req.headers['x-identity-header']",
      replace: "req.headers.secret ?? req.headers['x-identity-header']",
      test: 'refuses the older header in the newer version',
    },
    {
      name: 'imds: repeated query names of App Service',
      find: 'name === undefined ? undefined : invalid(',
      replace: 'true ? undefined : invalid(',
      test: 'refuses a resource twice',
    },
  ]),
  ...mutantsOf('services/imds/src/domain/token-cache.ts', 'services/imds/src/domain/token-cache.test.ts', [
    {
      name: 'imds: cached tokens by identity',
      find: 'const key = `',
      replace: "clientId = 'whoever';\n      const key = `",
      test: 'keeps the tokens of two identities apart',
    },
    {
      name: 'imds: cached tokens by audience',
      find: 'const key = `',
      replace: "audience = 'whatever';\n      const key = `",
      test: 'keeps tokens for one audience with and without slash apart',
    },
    {
      name: 'imds: cached tokens by virtual machine',
      find: 'const key = `',
      replace: "hostResourceId = 'wherever';\n      const key = `",
      test: 'keeps the tokens of an identity on two virtual machines apart',
    },
    {
      name: 'imds: no token on its way to who has lost the identity',
      find: 'if (!isHolder(holder)) throw identityNotFound();',
      replace: 'void holder;',
      test: 'forgets the tokens of an identity that has gone, also one that is on its way',
    },
    {
      name: 'imds: no token of a lost identity',
      find: 'if (!isKept(holder)) entries.delete(key);',
      replace: '{}',
      test: 'forgets the tokens of an identity that has gone, also one that is on its way',
    },
    {
      name: 'imds: no token of an identity that this machine lost',
      find: ' && kept.hostResourceId === hostResourceId',
      replace: '',
      test: 'forgets the tokens of an identity on a machine that has lost it, and keeps those on another that has it',
    },
  ]),
  ...mutantsOf('services/imds/src/upstream/certificates.ts', 'services/imds/src/upstream/certificates.test.ts', [
    {
      name: 'imds: no key for a lost identity',
      find: 'if (clientIds().includes(clientId)) keys.add(',
      replace: 'keys.add(',
      test: 'gives no key to an identity that went while it was made',
    },
  ]),
  ...mutantsOf('services/imds/src/upstream/certificates.ts', 'services/imds/src/upstream/certificates.test.ts', [
    {
      name: 'imds: certificates of assertions under way stay',
      find: '[...keys.retired(clientId, now - RETIRED_SECONDS), ...usable]',
      replace: 'usable',
      test: 'keeps certificates with entra that assertions under way are signed for, as long as those are good',
    },
    {
      name: 'imds: a change during a look is looked at',
      find: 'if (known) known.again = true;',
      replace: 'if (known) known.again = false;',
      test: 'looks again when something changed while it was looking',
    },
  ]),
  ...mutantsOf('services/imds/src/routes/certificates.ts', 'services/imds/src/service.test.ts', [
    {
      name: 'imds: who may rotate certificates',
      find: "allow('portal', 'tests')",
      replace: "allow('portal', 'tests', 'keyvault')",
      test: 'rotates the certificate of an identity when portal asks for it, and lets nobody else',
    },
  ]),
  ...mutantsOf('services/imds/src/service.ts', 'services/imds/src/service.test.ts', [
    {
      name: 'imds: a new identity is waited for',
      find: 'const NEW_KEY_MS = 4_000;',
      replace: 'const NEW_KEY_MS = 1;',
      test: 'gives an identity that was turned on its token with the first request, which waits for the key',
    },
    {
      name: 'imds: keys of a lost identity go',
      find: 'keys.keepOnly(clientIds());',
      replace: '',
      test: 'drops the private key of an identity that no virtual machine has any more',
    },
    {
      name: 'imds: authority of entra',
      find: 'connect: { ca: tls.publicCa, timeout: 2_000 }',
      replace: 'connect: { rejectUnauthorized: false, timeout: 2_000 }',
      test: 'trusts an entra of the public authority only, and sends it nothing otherwise',
    },
  ]),
];
