import { type Mutant, mutantsOf } from '../mutant.ts';

/** The embedded lab: what tells machines and labs apart where no network does. */
export const EMBEDDED: readonly Mutant[] = [
  ...mutantsOf('services/imds/src/service.ts', 'services/imds/src/service.test.ts', [
    {
      name: 'embedded: the machine of a listener',
      find: '.filter((machine) => machine.resourceId.toLowerCase() === resourceId)',
      replace: '',
      test: 'gives each virtual machine a listener of its own where it is asked to, as they come and go',
    },
  ]),
  ...mutantsOf('packages/embedded/src/state.ts', 'packages/embedded/src/state.test.ts', [
    {
      name: 'embedded: a secret per machine',
      find: '.update(resourceId.toLowerCase())',
      replace: '',
      test: 'gives each machine a secret of its own, of the form that App Service has, and the same one for either case',
    },
    {
      name: 'embedded: one lab per directory',
      find: "db.exec('BEGIN EXCLUSIVE');",
      replace: '',
      test: 'in a directory > is refused while another lab uses it, and free when that has ended',
    },
    {
      name: 'embedded: a private directory',
      find: 'const PRIVATE = { recursive: true, mode: 0o700 } as const;',
      replace: 'const PRIVATE = { recursive: true } as const;',
      test: 'in a directory > lets nobody else read it',
    },
  ]),
  ...mutantsOf(
    'services/entra/src/federation/fetch-document.ts',
    'services/entra/src/federation/fetch-document.test.ts',
    [
      {
        name: 'embedded: certificates of issuers on loopback',
        find: 'servername: servername ?? hostname',
        replace: "servername: 'localhost'",
        test: 'finds every host on loopback where it is told to, and its certificate still has to be for its name',
      },
    ],
  ),
];
