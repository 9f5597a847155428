import { type Mutant, mutantsOf } from '../mutant.ts';

const NAME_SERVER = 'services/dns/src/name-server.test.ts';

/** The name server: who is answered, and what is never said. */
export const DNS: readonly Mutant[] = [
  ...mutantsOf('services/dns/src/name-server.ts', NAME_SERVER, [
    {
      name: 'dns: subnet of the asker',
      find: 'if (!clients(address)) {',
      replace: 'if (!clients(address) && address === undefined) {',
      test: 'refused > whoever is not of the subnet: silence, whatever the question',
    },
    {
      name: 'dns: names that nobody has told of yet',
      find: "if (resolution.zone && !isSynced()) return refuse('SERVFAIL');",
      replace: '',
      test: 'a name that does not exist > may come to exist until arm has said which do',
    },
  ]),
  ...mutantsOf('services/dns/src/transport/tcp.ts', 'services/dns/src/service.test.ts', [
    {
      name: 'dns: connections of one client',
      find: '.length >= MOST_PER_CLIENT',
      replace: '.length >= MOST_CONNECTIONS',
      test: 'leaves one client eight connections, so that others find one',
    },
  ]),
  ...mutantsOf('services/dns/src/domain/resolve.ts', 'services/dns/src/domain/resolve.test.ts', [
    {
      name: 'dns: transfers and lists',
      find: 'NO_DATA_TYPES.has(question.type)',
      replace: 'question.type === undefined',
      test: 'refuses AXFR',
    },
    {
      name: 'dns: only what exists',
      find: "if (!exists(name)) return { outcome: 'no such name', zone };",
      replace: '',
      test: 'answers for a vault that does not exist',
    },
  ]),
  ...mutantsOf('services/dns/src/domain/zones.ts', 'services/dns/src/domain/resolve.test.ts', [
    {
      name: 'dns: the suffix is whole labels',
      find: 'name.endsWith(`.',
      replace: 'name.endsWith(`',
      test: 'answers for a name that only ends the same',
    },
  ]),
  ...mutantsOf('services/dns/src/wire.ts', NAME_SERVER, [
    {
      name: 'dns: answers are not answered',
      find: 'if (flags & QR) return undefined;',
      replace: '',
      test: 'what is no question > an answer',
    },
    {
      name: 'dns: the question is what it looks like',
      find: 'return question.equals(message.subarray(HEADER_BYTES, HEADER_BYTES + question.length)) ? packet : undefined;',
      replace: 'return question ? packet : undefined;',
      test: 'what is no question > a dot within a label',
    },
  ]),
  ...mutantsOf('services/dns/src/upstream/addresses.ts', 'services/dns/src/upstream/addresses.test.ts', [
    {
      name: 'dns: no address outside the lab',
      find: 'addresses.find(clients)',
      replace: 'addresses[0]',
      test: 'believes no address outside the subnet, whoever gives it',
    },
  ]),
  ...mutantsOf('services/dns/src/store/names.ts', NAME_SERVER, [
    {
      name: 'dns: deleted vaults',
      find: "const isDeleted = value === null || ('deletedAt' in value && value.deletedAt !== undefined);",
      replace: 'const isDeleted = value === null;',
      test: 'names come and go > with a vault that is deleted and recovered',
    },
  ]),
];
