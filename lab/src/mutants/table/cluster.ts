import { type Mutant, mutantsOf } from '../mutant.ts';

const SERVICE = 'services/cluster/src/service.test.ts';
const route = (path: string) => `POST ${path} answers the services that it lists, and no other`;

/** The cluster: tokens that are fresh and each pod's own, and who may have a key made or a token minted. */
export const CLUSTER: readonly Mutant[] = [
  ...mutantsOf('services/cluster/src/domain/renewal.ts', 'services/cluster/src/kubelet.test.ts', [
    {
      name: 'cluster: renewal in time',
      find: 'now > exp - Math.floor((exp - iat) / 5)',
      replace: 'now > exp',
      test: 'renews a token when four fifths of its life are over, and not before',
    },
  ]),
  ...mutantsOf('services/cluster/src/kubelet.ts', 'services/cluster/src/kubelet.test.ts', [
    {
      name: 'cluster: token of a pod that has gone',
      find: 'files.keepOnly(pods);',
      replace: '',
      test: 'follows the lab file: another service account, another pod, none',
    },
  ]),
  ...mutantsOf('services/cluster/src/store/token-files.ts', 'services/cluster/src/store/token-files.test.ts', [
    {
      name: 'cluster: directories of pods only',
      find: "if (!/^[a-z0-9-]+$/.test(pod)) throw new Error('the name of a pod is no name of a directory');",
      replace: '',
      test: 'writes to no directory called "a/b"',
    },
  ]),
  ...mutantsOf('services/cluster/src/store/signing-keys.ts', 'services/cluster/src/kubelet.test.ts', [
    {
      name: 'cluster: keys that are out of use',
      find: 'dropOld.run(issuer, issuer, KEPT);',
      replace: '',
      test: 'signs with a new key after a rotation, publishes the one before it, and no third',
    },
  ]),
  ...mutantsOf('services/cluster/src/routes/tokens.ts', SERVICE, [
    {
      name: 'cluster: peer that has tokens minted',
      find: "allow('tests')",
      replace: "allow('tests', 'portal')",
      test: route('/tokens'),
    },
  ]),
  ...mutantsOf('services/cluster/src/routes/signing-keys.ts', SERVICE, [
    {
      name: 'cluster: peer that has keys made',
      find: "allow('portal', 'tests')",
      replace: "allow('portal', 'tests', 'blob')",
      test: route('/signing-keys/rotate'),
    },
  ]),
  ...mutantsOf('services/cluster/src/apps.ts', SERVICE, [
    {
      name: 'cluster: test routes',
      find: 'if (testRoutes) routes.use(',
      replace: 'if (true) routes.use(',
      test: 'mints nothing where test routes are off',
    },
  ]),
];
