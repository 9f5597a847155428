import { type Mutant, mutantsOf } from '../mutant.ts';

/** The lab's lives: nobody gets in one what another one gives, and nobody but who may begins one. */
export const STATE: readonly Mutant[] = [
  ...mutantsOf('shared/src/feed/own-life.ts', 'shared/src/feed/own-life.test.ts', [
    {
      name: 'state: what a request does in another life',
      find: 'if (own && own.epoch !== epoch()) throw refusal();',
      replace: '',
      test: 'refuses what a request does when another life has begun, and nothing outside of requests',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/turns.ts', 'services/arm/src/domain/turns.test.ts', [
    {
      name: 'state: writes of a request of another life',
      find: '      check();\n      return undefined;',
      replace: '      return undefined;',
      test: 'writes nothing in a new life for a request that was let in by the roles of another',
    },
    {
      name: 'state: writes while a snapshot is taken',
      find: 'while (busy > 0) await last;',
      replace: 'await last;',
      test: 'has who writes wait for those too who came while it waited',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/feed.ts', 'services/arm/src/domain/feed.test.ts', [
    {
      name: 'state: positions of another life',
      find: 'position?.epoch !== resources.life().epoch || position.revision < revision',
      replace: '(position?.revision ?? -1) < revision',
      test: 'another life > counts no position of the one before',
    },
  ]),
  ...mutantsOf('services/arm/src/store/resources.ts', 'services/arm/src/domain/lives.test.ts', [
    {
      name: 'state: denials of a snapshot come first',
      find: 'if (hasDenials.get()) tellLater.run(revision());',
      replace: '',
      test: 'a snapshot > comes back with what is denied told before what is granted',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/lives.ts', 'services/arm/src/domain/lives.test.ts', [
    {
      name: 'state: Entra pauses',
      find: "await fabric.call('entra', 'POST', '/pause', { timeoutMs: ASKING_MS }).catch(() => {});",
      replace: '',
      test: 'a reset > lets nobody into Entra from before it begins until all have taken it over',
    },
    {
      name: 'state: copies of services that are behind',
      find: '        await refuseLate();\n',
      replace: '',
      test: 'a snapshot > is none where one of them has not taken over yet what the lab contains',
    },
  ]),
  ...mutantsOf('services/entra/src/domain/pause.ts', 'services/entra/src/domain/pause.test.ts', [
    {
      name: 'state: the pause of Entra',
      find: 'while (paused) await paused.over;',
      replace: '',
      test: 'lets everybody in who comes before it or after it, and nobody meanwhile',
    },
    {
      name: 'state: who was let in before the pause',
      find: 'if (inside === 0) return;',
      replace: 'return;',
      test: 'has begun when those who were in have left',
    },
  ]),
  ...mutantsOf('services/entra/src/routes/pause.ts', 'services/entra/src/service.test.ts', [
    {
      name: 'state: who pauses Entra',
      find: "router.post('/pause', allow('arm'), ",
      replace: "router.post('/pause', ",
      test: 'pauses for arm and for no other, and answers those who came meanwhile when it is over',
    },
  ]),
  ...mutantsOf('services/blob/src/store/feed.ts', 'services/blob/src/store/feed.test.ts', [
    {
      name: 'state: time and roles of one life',
      find: 'takeOver(page, { fresh });',
      replace: 'takeOver(page, { fresh });\n      await null;',
      test: 'takes over what else a page brings in the same breath: nobody sees one without the other',
    },
  ]),
  ...mutantsOf('services/entra/src/graph/app.ts', 'services/entra/src/graph/graph.test.ts', [
    {
      name: 'state: what is made through Graph for a request of another life',
      find: 'const registrations = life.guard(stored);',
      replace: 'const registrations = stored;',
      test: 'makes nothing in a new life of the lab for a request that was let in in another',
    },
  ]),
  ...mutantsOf('services/entra/src/routes/token.ts', 'services/entra/src/routes/federated-token.test.ts', [
    {
      name: 'state: tokens for a request of another life',
      find: '      stillInLife();\n',
      replace: '',
      test: "a cluster's token for a user-assigned identity > is told to come again when the keys arrive in another life of the lab",
    },
  ]),
  ...mutantsOf('shared/src/feed/snapshot-routes.ts', 'shared/src/feed/snapshot-routes.test.ts', [
    {
      name: 'state: who has state copied',
      find: "router.put('/snapshots/:id', allow('arm'), ",
      replace: "router.put('/snapshots/:id', ",
      test: 'copies for arm, and for no other service',
    },
  ]),
  ...mutantsOf('shared/src/tables.ts', 'shared/src/tables.test.ts', [
    {
      name: 'state: names of copies in SQL',
      find: "if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('a copy has a GUID for its name');",
      replace: '',
      test: 'takes nothing for an id that is none',
    },
  ]),
  ...mutantsOf('services/arm/src/routes/lives.ts', 'services/arm/src/service.test.ts', [
    {
      name: 'state: who resets',
      find: "router.post('/reset', callers, ",
      replace: "router.post('/reset', ",
      test: 'is reset by the portal and by tests, and by no other',
    },
  ]),
  ...mutantsOf('services/arm/src/domain/shown-resource.ts', 'services/arm/src/domain/shown-resource.test.ts', [
    {
      name: 'state: secrets in what is shown',
      find: '.filter(([name]) => !NEVER_SHOWN.includes(name))',
      replace: '',
      test: 'shows a secret without what is secret in it',
    },
  ]),
  ...mutantsOf('shared/src/fabric/resource-routes.ts', 'services/keyvault/src/service.test.ts', [
    {
      name: 'state: who sees what exists',
      find: "Router().get('/resources', allow('portal', 'tests'), ",
      replace: "Router().get('/resources', ",
      test: 'shows health and events to the portal, and to no other service',
    },
  ]),
];
