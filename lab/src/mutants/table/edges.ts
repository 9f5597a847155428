import { type Mutant, mutantsOf } from '../mutant.ts';

const PORTAL = 'services/portal/src/apps.test.ts';
const ACCESS = 'services/portal/src/access.test.ts';
const PARTICIPANTS = 'services/portal/src/participants.test.ts';
const CLOCK = 'services/portal/src/domain/clock.test.ts';
const LAB = 'shared/src/lab/lab.test.ts';
const PKI = 'services/pki/src/domain/issue-certificates.test.ts';

/** What stands at the edges: the page's guards, certificates, the lab file, and what errors must not tell. */
export const EDGES: readonly Mutant[] = [
  ...mutantsOf('services/portal/src/guards.ts', PORTAL, [
    {
      name: 'portal: Host',
      find: 'if (name !== undefined && (LOOPBACK.includes(name) || allowedHosts.includes(name) || allowedHosts.includes(host))) {',
      replace: 'if (true) {',
      test: "Host > may not be 'evil.example', for the page or the API: a name that was rebound to this machine",
    },
    {
      name: 'portal: whole Host',
      find: 'LOOPBACK.includes(name)',
      replace: 'LOOPBACK.some((own) => name.startsWith(own))',
      test: "Host > may not be 'localhost.evil.example', for the page or the API: a name that was rebound to this machine",
    },
    {
      name: 'portal: one Host',
      find: 'if (repeated !== undefined) throw',
      replace: 'if (false) throw',
      test: 'Host > may not occur twice',
    },
    {
      name: 'portal: Origin',
      find: "throw foreign(\"The header 'Origin' is not this page's own.\");",
      replace: '',
      test: "a run > is not started by a page of the origin 'http://evil.example'",
    },
    {
      name: 'portal: Origin, and the port of an allowed one',
      find: '[host, ...allowedHosts].flatMap((name) =>',
      replace: "[host, ...allowedHosts, String(origin).split('/')[2]].flatMap((name) =>",
      test: 'behind a proxy, such as that of a hosted editor > a page of another name has none',
    },
    {
      name: 'portal: Origin is required',
      find: 'if (origin === undefined) {',
      replace: 'if (origin === undefined) return next();\n  if (false) {',
      test: 'a run > is not started without an origin, and the answer names the header to add',
    },
    {
      name: 'portal: Sec-Fetch-Site',
      find: "if (site !== undefined && site !== 'same-origin')",
      replace: 'if (false)',
      test: 'a run > is not started where the browser says cross-site',
    },
    {
      name: 'portal: content type',
      find: "if (!/^application\\/json *(;|$)/i.test(req.headers['content-type'] ?? '')) {",
      replace: 'if (false) {',
      test: "a run > is not started by a body of the type 'text/plain', which a form can send",
    },
  ]),
  ...mutantsOf('services/portal/src/access.ts', 'services/portal/src/apps.test.ts', [
    {
      name: 'portal: origin, or the token',
      find: 'return once && presentsToken(signIn, req) ? next() : onlyOwnOrigin(req, res, next);',
      replace: 'return req.headers.authorization !== undefined ? next() : onlyOwnOrigin(req, res, next);',
      test: 'a run > is started by a program that presents the token, and by no other',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/sign-in.ts', 'services/portal/src/routes/session.test.ts', [
    {
      name: 'session: the code',
      find: 'if (isToken(code)) return TRAINER;',
      replace: 'return TRAINER;',
      test: 'the session > is not given for a code that nobody has: "hush"',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/sign-in.ts', 'services/portal/src/domain/sign-in.test.ts', [
    {
      name: 'room: no code',
      find: 'if (!caller) throw codeNeeded();',
      replace: 'if (!caller) return TRAINER;',
      test: 'needs none on a machine of one’s own',
    },
    {
      name: 'room: guesses',
      find: 'if (left < 1) throw tooManyCodes();',
      replace: '',
      test: 'the code of a participant > cannot be guessed fast: after twenty wrong ones no code is looked at for a while',
    },
    {
      name: 'room: guesses all at once',
      find: 'left -= 1;',
      replace: 'queueMicrotask(() => (left -= 1));',
      test: 'the code of a participant > cannot be guessed faster all at once: each guess counts before it is looked at',
    },
  ]),
  ...mutantsOf('services/portal/src/config.ts', 'services/portal/src/config.test.ts', [
    {
      name: 'room: a page that others reach',
      find: 'room: env.LAB_ROOM || !isLoopback(env.LAB_LISTEN_ADDRESS),',
      replace: 'room: env.LAB_ROOM,',
      test: 'wants people to say who they are where others can reach the page: {"LAB_LISTEN_ADDRESS":"0.0.0.0"}',
    },
  ]),
  ...mutantsOf('services/portal/src/quiz/stage.ts', 'services/portal/src/quiz/stage.test.ts', [
    {
      name: 'participants: flows of the quiz from their own machine',
      find: 'running && (!place || place.workloads.has(name))',
      replace: 'running',
      test: 'is of a participant their own machine and the one that is nobody’s',
    },
  ]),
  ...mutantsOf('services/portal/src/quiz/make-flow.ts', 'services/portal/src/quiz/make-flow.test.ts', [
    {
      name: 'quiz: a fault is taken away',
      find: 'await faults.remove(id);',
      replace: '',
      test: 'takes the fault away where nothing came of it',
    },
  ]),
  ...mutantsOf('services/portal/src/participants.ts', PARTICIPANTS, [
    {
      name: 'participants: closed until opened',
      find: 'if (rule === undefined) throw trainersOnly();',
      replace: '',
      test: 'a participant > may ask for what an operation says is theirs, and for nothing else',
    },
    {
      name: 'participants: their place',
      find: 'if (!place) throw noPlace();',
      replace: 'if (!place) return next();',
      test: 'a participant > is refused all of it where their place is no more',
    },
    {
      name: 'participants: their workload',
      find: "if (rule === 'own workload' && !place.workloads.has(String(req.params.name))) throw notTheirs();",
      replace: '',
      test: 'a participant > runs the program on their own machine, and knows nothing of others',
    },
    {
      name: 'participants: kept to their place',
      find: 'res.locals.place = place;',
      replace: '',
      test: 'a participant > has the events of their machine, their identities, their vault and their group, and no others',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/exercises.ts', PARTICIPANTS, [
    {
      name: 'participants: exercises of their own',
      find: 'place?.participant ?? TRAINER',
      replace: 'place ? TRAINER : TRAINER',
      test: 'a participant > works on exercises of their own',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/exercises.ts', 'services/portal/src/domain/exercises.test.ts', [
    {
      name: 'participants: their exercise resets what is theirs',
      find: 'await knownState(who);\n        const facts',
      replace: 'await knownState(TRAINER);\n        const facts',
      test: "an exercise > of a participant resets what is theirs, and leaves the others' alone",
    },
  ]),
  ...mutantsOf('services/portal/src/domain/place.ts', PARTICIPANTS, [
    {
      name: 'participants: a group of which the name begins the same',
      find: 'return asked === group || asked.startsWith(',
      replace: 'return asked.startsWith(group) || asked.startsWith(',
      test: 'a participant > has the events of their machine, their identities, their vault and their group, and no others',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/events.ts', PARTICIPANTS, [
    {
      name: 'participants: their stream',
      find: 'return place !== undefined && concerns(place, event);',
      replace: 'return place !== undefined;',
      test: 'a participant > is told the same of what happens',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/azure.ts', PARTICIPANTS, [
    {
      name: 'participants: themselves in Azure',
      find: 'place?.operatorId));',
      replace: 'undefined));',
      test: 'a participant > acts in Azure as themselves, whichever operator they name',
    },
    {
      name: 'participants: who may, of their own resources',
      find: 'if (place && !ownsId(place, query.resourceId)) throw resourceNotFound();',
      replace: '',
      test: 'a participant > sees who may do something with what is theirs, as far as those are theirs',
    },
    {
      name: 'participants: who may, of their own identities',
      find: "kind === 'unknown' || place.principals.has(principalId);",
      replace: 'kind !== undefined || place.principals.has(principalId);',
      test: 'a participant > sees who may do something with what is theirs, as far as those are theirs',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/lab-flows.ts', PARTICIPANTS, [
    {
      name: 'participants: their flows',
      find: 'if (!events.some(sees)) return undefined;',
      replace: 'if (!events.some(sees)) return events;',
      test: 'a participant > has the flows that they have a part in, and of these what is theirs',
    },
    {
      name: 'participants: their steps of a flow',
      find: 'return events.filter((event) => sees(event) || isBetweenServices(event));',
      replace: 'return events.filter((event) => sees(event) || isBetweenServices(event) || true);',
      test: 'a participant > has the flows that they have a part in, and of these what is theirs',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/state.ts', PARTICIPANTS, [
    {
      name: 'participants: their resources',
      find: 'resources.filter((resource) => !place || ownsResource(place, resource))',
      replace: 'resources',
      test: 'a participant > sees what lies in their group and who is there, and nothing of others',
    },
  ]),
  ...mutantsOf('services/portal/src/access.ts', PARTICIPANTS, [
    {
      name: 'room: a session for who has a code',
      find: 'if (!caller) throw unauthenticated();\n    setCaller(res, caller);\n    return open(req, res, next);',
      replace: 'if (caller) setCaller(res, caller);\n    return open(req, res, next);',
      test: 'in a room > nothing happens without one',
    },
  ]),
  ...mutantsOf('services/portal/src/access.ts', ACCESS, [
    {
      name: 'lab API: the token',
      find: 'return presented !== undefined && isToken(presented);',
      replace: 'return presented !== undefined;',
      test: 'the lab API > refuses who presents another token',
    },
    {
      name: 'lab API: one token',
      find: "if (repeatedHeaders(req, ['authorization', 'cookie']).length > 0) throw unauthenticated();",
      replace: '',
      test: 'the lab API > refuses who presents the token twice',
    },
    {
      name: 'lab API: the session',
      find: 'const caller = sessions.callerOf(sessionOf(req));\n    if (!caller) throw unauthenticated();',
      replace:
        "const caller = sessions.callerOf(sessionOf(req)) ?? TRAINER;\n    if (sessionOf(req) === '') throw unauthenticated();",
      test: 'the lab API > refuses who presents a session that it made up',
    },
    {
      name: 'lab API: neither token nor session',
      find: 'const caller = sessions.callerOf(sessionOf(req));\n    if (!caller) throw unauthenticated();',
      replace: 'const caller = sessions.callerOf(sessionOf(req)) ?? TRAINER;',
      test: 'the lab API > refuses who presents nothing',
    },
    {
      name: 'lab API: a session from another port',
      find: "if (site !== undefined && site !== 'same-origin') throw foreign();",
      replace: '',
      test: "the page's session > shows nothing to a page of another port, which the browser sends the cookie for too",
    },
    {
      name: 'lab API: a session and its origin',
      find: 'return onlyOwnOrigin(req, res, next);',
      replace: 'return next();',
      test: "the page's session > changes nothing without the origin of the page",
    },
    {
      name: 'lab API: a session for a document alone',
      find: 'if (isPage && isDocument &&',
      replace: 'if (isPage &&',
      test: "the page's session > is not ended by a foreign page that loads this one as an image, or in a frame, many times",
    },
    {
      name: 'lab API: the session is for no script',
      find: "httpOnly: true, sameSite: 'strict'",
      replace: "httpOnly: false, sameSite: 'strict'",
      test: "the page's session > is set when the page is loaded, for this site and no script",
    },
  ]),
  ...mutantsOf('services/portal/src/routes/operation.ts', 'services/portal/src/routes/openapi.test.ts', [
    {
      name: 'lab API: the guard of an operation',
      find: 'guards[access], forParticipants(participants), ...before',
      replace: 'guards.open, forParticipants(participants), ...before',
      test: 'the OpenAPI document > asks for the token where it is asked for',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/tokens.ts', ACCESS, [
    {
      name: 'lab API: who may forge tokens',
      find: "wrong in any way, for tests of what has to refuse it',\n    access: 'token',",
      replace: "wrong in any way, for tests of what has to refuse it',\n    access: 'open',",
      test: 'the lab API > refuses who presents nothing',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/azure.ts', 'services/portal/src/routes/azure.test.ts', [
    {
      name: 'lab API: a request to Azure reaches no other route of a service',
      find: "if (hash === '' && paths.test(pathname)) return",
      replace: 'if (paths.test(path)) return path ||',
      test: 'a request to Azure > is for no other route of a service: "/subscriptions/../../reset"',
    },
    {
      name: 'lab API: the paths of Azure',
      find: "if (hash === '' && paths.test(pathname))",
      replace: "if (hash === '')",
      test: 'a request to Azure > is for no other route of a service: "/reset"',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/azure.ts', ACCESS, [
    {
      name: 'lab API: who may act as the operator',
      find: "as the operator of the lab',\n    access: 'token',",
      replace: "as the operator of the lab',\n    access: 'open',",
      test: 'the lab API > refuses who presents nothing',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/clock.ts', CLOCK, [
    {
      name: 'clock: no workload keeps a token over a jump',
      find: 'jumped ? await workloads.restart() : { restartedWorkloads: [] }',
      replace: '[]',
      test: 'restarts workloads when the time has jumped, after the services have it, and names them',
    },
    {
      name: 'clock: one move at a time',
      find: 'last.then(() => move(wanted))',
      replace: 'move(wanted)',
      test: 'moves once at a time: no workload comes back between two moves',
    },
  ]),
  ...mutantsOf('shared/src/forge/forge-request.ts', 'shared/src/forge/forge-token.test.ts', [
    {
      name: 'forge: claims that can be written',
      find: 'return depth > 0 && ',
      replace: 'return ',
      test: 'takes no request for claims that nobody could write',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/rotations.ts', 'services/portal/src/routes/rotations.test.ts', [
    {
      name: 'lab API: a client id is no path',
      find: 'clientId: z.guid()',
      replace: 'clientId: z.string()',
      test: 'rotations > are not done for an identity that no host has, nor for what is none',
    },
  ]),
  ...mutantsOf('services/portal/src/routes/workloads.ts', PORTAL, [
    {
      name: 'portal: a run takes no parameters',
      find: 'if (!NoParameters.safeParse(req.body ?? {}).success) throw noParameters();',
      replace: '',
      test: 'a run > takes no a parameter',
    },
  ]),
  ...mutantsOf('services/portal/src/apps.ts', PORTAL, [
    {
      name: 'portal: content security policy',
      find: 'scriptSrc: ["\'self\'"]',
      replace: 'scriptSrc: ["\'self\'", "\'unsafe-inline\'"]',
      test: 'the page > lets no script, style, frame or connection but its own in',
    },
  ]),
  ...mutantsOf('shared/src/x509/certificates.ts', 'shared/src/x509/certificates.test.ts', [
    {
      name: 'pki: name constraints',
      find: '...(permitted ? [nameConstraints(permitted)] : []),',
      replace: '',
      test: 'constrains an authority to its names: login.example.com is permitted subtree violation',
    },
  ]),
  ...mutantsOf('services/pki/src/domain/issue-certificates.ts', PKI, [
    {
      name: 'pki: the public authority is constrained',
      find: 'authorityValidity, permitted)',
      replace: 'authorityValidity)',
      test: 'makes a public authority whose certificate for login.example.com is met with: permitted subtree violation',
    },
    {
      name: 'pki: keys are for their owner',
      find: 'pair.key, 0o600)',
      replace: 'pair.key, 0o644)',
      test: 'lets nobody but the owner read a key',
    },
    {
      name: 'pki: two authorities',
      find: 'leafCertificate(fabricCa, {',
      replace: 'leafCertificate(publicCa, {',
      test: 'gives each service its names, signed by the right authority',
    },
  ]),
  ...mutantsOf('shared/src/lab/resolve/workloads.ts', LAB, [
    {
      name: 'lab.yaml: machine in the topology',
      find: '} else if (!topology.virtualMachines.has(name)) {',
      replace: '} else if (false) {',
      test: 'refuses a virtual machine that has no place in the topology',
    },
    {
      name: 'lab.yaml: four machines at most',
      find: 'if (isNew && index >= VM_ADDRESSES.length) {',
      replace: 'if (false) {',
      test: 'refuses a fifth virtual machine with a sentence',
    },
    {
      name: 'lab.yaml: no two machines at one address',
      find: 'if (machines.has(name.toLowerCase()) || ',
      replace: 'if (',
      test: 'refuses two virtual machines of one name, in whatever tenants, since they would share an address',
    },
  ]),
  ...mutantsOf('shared/src/lab/resolve/principals.ts', LAB, [
    {
      name: 'lab.yaml: identities of the same tenant',
      find: 'const find = (tenantId: string, name: string) =>\n    known',
      replace:
        "const find = (tenantId, name) => [...known].find(([key]) => key.endsWith('/' + name.toLowerCase()))?.[1] ??\n    known",
      test: 'refuses an identity of another tenant',
    },
  ]),
  ...mutantsOf('shared/src/lab/resolve/participants.ts', LAB, [
    {
      name: 'participants: Owner of their own group alone',
      find: "authorization.assign(groupId, principalId, 'Owner', here);",
      replace: "authorization.assign(groupId.split('/resourceGroups/')[0] ?? '', principalId, 'Owner', here);",
      test: 'a participant > is an application of their own, Owner of their group and of nothing else, who cannot delete the group',
    },
  ]),
  ...mutantsOf('shared/src/lab/resolve/authorization.ts', LAB, [
    {
      name: 'lab.yaml: conditions that are none',
      find: 'if (fault !== undefined) draft.mistake(',
      replace: 'if (false) draft.mistake(',
      test: 'refuses a condition that cannot be parsed: ignored, it would grant more than was meant',
    },
  ]),
  ...mutantsOf('services/pki/src/service.ts', 'services/pki/src/service.test.ts', [
    {
      name: "pki: the operator's secret is for its owner",
      find: 'operatorCredentials(lab.resources, secrets), 0o600)',
      replace: 'operatorCredentials(lab.resources, secrets), 0o644)',
      test: 'makes the operator of each tenant a secret that arm knows the hash of only, and keeps it',
    },
    {
      name: 'pki: the token of the lab API is for its owner',
      find: 'keptApiToken(stateDirectory), 0o600)',
      replace: 'keptApiToken(stateDirectory), 0o644)',
      test: 'makes a token for the lab API, for the portal to read and nobody else, and keeps it',
    },
    {
      name: 'pki: the secret of a function app is for its owner',
      find: "lines.join(''), 0o600)",
      replace: "lines.join(''), 0o644)",
      test: 'sets what App Service sets in a function app, with a secret of which others know the hash only',
    },
  ]),
  ...mutantsOf('shared/src/events.ts', 'shared/src/events.test.ts', [
    {
      name: 'events keep no query',
      find: "url.split('?', 1)[0] ?? ''",
      replace: 'url',
      test: 'keeps neither query nor credentials: a signature or a token may stand there',
    },
  ]),
  ...mutantsOf('shared/src/event-exchange.ts', 'shared/src/event-exchange.test.ts', [
    {
      name: 'events name a credential by its scheme alone',
      find: "if (known === undefined) return '(secret)';",
      replace: 'if (known === undefined) return authorization;',
      test: 'names the scheme of a credential, and shows nothing of it: hush hush',
    },
    {
      name: 'events have parameters of a list only',
      find: 'if (known === undefined) continue;',
      replace: 'if (known === undefined) query[name] = value;\n    if (known === undefined) continue;',
      test: 'says which headers and parameters were sent, of those that matter, and no others',
    },
  ]),
  ...mutantsOf('shared/src/event-redaction.ts', 'shared/src/event-exchange.test.ts', [
    {
      name: 'events have long values without secrets before they are cut',
      find: 'text.length <= most ? text : withoutTokens(text).slice(0, most);',
      replace: 'text.slice(0, most);',
      test: 'keeps nothing of a secret that stands where a long value is cut',
    },
  ]),
  ...mutantsOf('shared/src/tokens/shown-token.ts', 'shared/src/tokens/shown-token.test.ts', [
    {
      name: 'events have claims of a list only',
      find: '.filter((name) => Object.hasOwn(all, name))',
      replace: '.concat(Object.keys(all)).filter((name) => Object.hasOwn(all, name))',
      test: 'shows names only that tokens of the lab have: who a person is stands in a token of elsewhere',
    },
  ]),
  ...mutantsOf('lab/src/support/redact.ts', 'lab/src/support/sections.test.ts', [
    {
      name: 'support: secrets that are known are taken out',
      find: "values ? text.replaceAll(values, '(secret)') : text",
      replace: 'values ? text : text',
      test: 'has everything that one wants to know, and no secret that was planted anywhere',
    },
  ]),
  ...mutantsOf('lab/src/support/redact.ts', 'lab/src/support/redact.test.ts', [
    {
      name: 'support: what looks like a secret is taken out',
      find: 'return PATTERNS.reduce((rest',
      replace: 'return PATTERNS.slice(9).reduce((rest',
      test: 'takes out what looks like a secret, though nobody knows it: Authorization: Bearer abcdefgh12345678',
    },
  ]),
  ...mutantsOf('lab/src/support/lab-file.ts', 'lab/src/support/lab-file.test.ts', [
    {
      name: 'support: secrets of lab.yaml are taken out',
      find: 'node.value = word;',
      replace: '',
      test: 'finds a secret with attributes',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/named-callers.ts', 'services/portal/src/domain/named-callers.test.ts', [
    {
      name: 'portal: no machine is believed to have the address of another',
      find: 'times(address) === 1',
      replace: 'times(address) >= 1',
      test: 'believes nobody who says that it has the address of another',
    },
    {
      name: 'portal: a machine whose address is known is no service, whatever it says',
      find: 'if (machine) return {',
      replace: 'if (machine && !claimed(event).caller) return {',
      test: 'takes a service at its word that asks another one, and a machine whose address is known never',
    },
  ]),
  ...mutantsOf('services/portal/src/spans/export-spans.ts', 'services/portal/src/spans/export-spans.test.ts', [
    {
      name: 'spans: headers that are meant for another collector',
      find: 'delete process.env[name];',
      replace: '',
      test: 'sends a collector no header that is meant for another one, and finds its path below any other',
    },
  ]),
  ...mutantsOf('shared/src/event-redaction.ts', 'shared/src/events-secrets.test.ts', [
    {
      name: 'events hold no signature',
      find: 'const text = withoutTokens(value);',
      replace: 'const text = value;',
      test: 'holds no signature, no secret and no query in any event, wherever a client put it and whatever a route repeats',
    },
  ]),
  ...mutantsOf('shared/src/event-redaction.ts', 'shared/src/event-redaction.test.ts', [
    {
      name: 'events keep no token of what a route says',
      find: 'const text = withoutTokens(value);',
      replace: 'const text = value;',
      test: 'keeps none in what a route says, a check or a decision',
    },
    {
      name: 'events keep no token, whatever its header begins with',
      find: ".replaceAll(TOKENS, '(token)')",
      replace: '',
      test: 'keeps no token: with a header that begins with a space',
    },
    {
      name: 'events keep no secret of a query that was encoded',
      find: ".replaceAll(PARAMETERS, '$1(secret)')",
      replace: '',
      test: 'keeps no value of a parameter that is a secret, wherever it stands: client_assertion=hush',
    },
    {
      name: 'events keep no token that was percent-encoded',
      find: "clean.includes('%') ? percentDecoded(clean) : clean",
      replace: 'clean',
      test: 'keeps no token that was percent-encoded: each character of it',
    },
    {
      name: 'events keep nothing that is a secret by its looks',
      find: "isRandom(run) ? '(secret)' : run",
      replace: 'run',
      test: 'keeps nothing that is a secret by its looks: a signature alone',
    },
  ]),
  ...mutantsOf('services/app/src/agent.ts', 'services/app/src/agent.test.ts', [
    {
      name: 'agent: its own user and group',
      find: 'await chmod(socket, 0o660);',
      replace: 'await chmod(socket, 0o666);',
      test: 'replaces the socket that a killed agent left behind, and lets its own user and group connect only',
    },
  ]),
  ...mutantsOf('shared/src/lab/lab-names.ts', 'shared/src/lab/lab-names.test.ts', [
    {
      name: 'requests: the names of the lab alone',
      find: 'host.test(url.hostname) && ports.includes(port)',
      replace: 'ports.includes(port)',
      test: 'is none of the lab: https://example.com/',
    },
    {
      name: 'requests: the ports that are public',
      find: 'host.test(url.hostname) && ports.includes(port)',
      replace: 'host.test(url.hostname)',
      test: 'is none of the lab: http://169.254.169.254:9000/health',
    },
    {
      name: 'requests: no name and password in a URL',
      find: "if (url.username !== '' || url.password !== '') return undefined;",
      replace: '',
      test: 'is none of the lab: https://me@login.microsoftonline.com/',
    },
  ]),
  ...mutantsOf('shared/src/lab/lab-request.ts', 'shared/src/lab/lab-request.test.ts', [
    {
      name: 'requests: no line break in a header',
      find: '!/^[\\t\\x20-\\x7e\\x80-\\xff]*$/.test(value)',
      replace: 'false',
      test: 'refuses: a value with a line break',
    },
    {
      name: 'requests: no other framing',
      find: 'FRAMING.includes(lower) ||',
      replace: '',
      test: 'refuses: chunks',
    },
  ]),
  ...mutantsOf('services/app/src/agent/request.ts', 'services/app/src/agent/request.test.ts', [
    {
      name: 'agent: requests from a machine with a way out',
      find: 'if (await leadsOut()) return { status: 200, body: WAY_OUT };',
      replace: '',
      test: 'sends nothing from a machine that has a way out of the lab',
    },
    {
      name: 'agent: requests are checked where they are sent',
      find: 'if (mistake) return refused(400, mistake.code, mistake.message);',
      replace: '',
      test: 'sends nothing where the portal let it pass: another name',
    },
  ]),
  ...mutantsOf('services/app/src/agent/default-route.ts', 'services/app/src/agent/default-route.test.ts', [
    {
      name: 'agent: a way out by IPv6',
      find: " || linesOf(second ?? '').some(leadsOutIpv6)",
      replace: '',
      test: 'finds a way out: a default route of IPv6',
    },
    {
      name: 'agent: a way out where nothing is known',
      find: 'if (first === undefined) return true;',
      replace: 'if (first === undefined) return false;',
      test: 'finds a way out: no table',
    },
  ]),
  ...mutantsOf('services/app/src/agent/platform-variables.ts', 'services/app/src/agent/platform-variables.test.ts', [
    {
      name: "agent: the platform's secret is for the platform",
      find: ' && new URL(IDENTITY_ENDPOINT).host === host',
      replace: '',
      test: 'tells the secret of App Service to nobody else: https://kv-lab.vault.azure.net/',
    },
    {
      name: "agent: a pod's token is for Entra",
      find: ' && host === ENTRA',
      replace: '',
      test: "puts a pod's token into what is for Entra, and into nothing else",
    },
    {
      name: "agent: the platform's secret has its place",
      find: 'isItsPlace(name) ? put(value, HEADER, IDENTITY_HEADER) : value',
      replace: 'put(value, HEADER, IDENTITY_HEADER)',
      test: 'puts the secret of App Service into no header that is recorded or sent back: x-ms-client-request-id',
    },
    {
      name: "agent: a pod's token has its place",
      find: '(?<=(?:^|&)client_assertion=)',
      replace: '',
      test: "puts a pod's token into what is for Entra, and into nothing else",
    },
  ]),
  ...mutantsOf('services/portal/src/routes/workloads.ts', 'services/portal/src/routes/workloads.test.ts', [
    {
      name: 'portal: requests to the names of the lab alone',
      find: "if (mistake) throw new AzureError({ kind: 'invalid', ...mistake });",
      replace: '',
      test: 'requests of a workload > are sent nowhere else: http://example.com/',
    },
  ]),
  ...mutantsOf('shared/src/http/bearer.ts', 'shared/src/http/bearer.test.ts', [
    {
      name: 'a route without authentication',
      find: "if (!caller) throw new Error('route mounted without authentication');\n  return caller;",
      replace: 'return caller as AccessToken;',
      test: 'has no caller where nobody was authenticated',
    },
  ]),
  ...mutantsOf('shared/src/http/status.ts', 'services/keyvault/src/routes/secrets.test.ts', [
    {
      name: 'errors quote no body',
      find: "message: CLIENT_FAULT[kind] ?? 'The request is malformed.'",
      replace: 'message: String(thrown)',
      test: 'set > refuses malformed JSON without quoting it',
    },
  ]),
  ...mutantsOf('shared/src/http/status.ts', 'services/imds/src/routes/imds.test.ts', [
    {
      name: 'errors tell nothing of the inside',
      find: "message: 'An internal error occurred.'",
      replace: 'message: String(thrown)',
      test: 'answers what it did not foresee with 500 and none of it',
    },
  ]),
  ...mutantsOf('shared/src/http/lifecycle.ts', 'shared/src/http/lifecycle.test.ts', [
    {
      name: 'limit of headers',
      find: 'maxHeaderSize: 32 * 1024',
      replace: 'maxHeaderSize: 1024 * 1024',
      test: "refuses in the service's own words: headers over the limit",
    },
  ]),
];
