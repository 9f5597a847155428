import { type Mutant, mutantsOf } from '../mutant.ts';

const STRIKE = 'shared/src/faults/strike.test.ts';

/** Faults: they break things on purpose, and open nothing. */
export const FAULTS: readonly Mutant[] = [
  ...mutantsOf('shared/src/faults/routes.ts', 'shared/src/faults/routes.test.ts', [
    {
      name: 'faults: who may set them',
      find: "const allowed = allow('portal', 'tests');",
      replace: 'const allowed: ReturnType<typeof allow> = (_req, _res, next) => next();',
      test: 'lets no service set or see faults but the portal: imds',
    },
  ]),
  ...mutantsOf('shared/src/faults/fault-list.ts', 'shared/src/faults/fault-list.test.ts', [
    {
      name: 'faults: a hundred at most',
      find: 'faults.length >= CAPACITY && !drop(faults.find(isOver))',
      replace: 'false',
      test: 'is not taken where there are a hundred in force; one that is over makes room',
    },
    {
      name: 'faults: the caller that they are meant for',
      find: '(caller === undefined || facts.callers.some((name) => sameText(name, caller)))',
      replace: 'true',
      test: 'strikes the caller that it is meant for, by any of its names, in whatever case',
    },
  ]),
  ...mutantsOf('shared/src/faults/strike.ts', STRIKE, [
    {
      name: 'faults: nothing is done after a cut',
      find: 'cutOff(res, delayMs);\n    throw new Answered();',
      replace: 'cutOff(res, delayMs);\n    return;',
      test: 'a cut > ends the connection before anything is done, and without a word',
    },
    {
      name: "faults: nothing of the service's in what another one answers",
      find: "if (name !== 'retry-after') res.removeHeader(name);",
      replace: ';',
      test: 'another content type > is what something on the way answers with in the place of the service, of which nothing is in it',
    },
  ]),
  ...mutantsOf('services/imds/src/apps.ts', 'services/imds/src/routes/faults.test.ts', [
    {
      name: 'faults: source address first',
      find: '.use(fromVirtualMachine(machines, isSynced))\n    .use(faultsAt(faults))',
      replace: '.use(faultsAt(faults))\n    .use(fromVirtualMachine(machines, isSynced))',
      test: 'IMDS refuses who is no virtual machine whatever fault there is',
    },
  ]),
];
