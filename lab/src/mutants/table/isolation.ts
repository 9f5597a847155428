import { type Mutant, mutantsOf } from '../mutant.ts';

const PROBE = 'services/app/src/agent/probe.test.ts';
const TARGETS = 'shared/src/lab/isolation-targets.test.ts';

/** What keeps the probes of the isolation map inside of the lab. */
export const ISOLATION: readonly Mutant[] = [
  ...mutantsOf('services/app/src/agent/probe.ts', PROBE, [
    {
      name: 'probe: no way out',
      find: 'if (await wayOut()) return',
      replace: 'if (false) return',
      test: 'a machine with a default route sends nothing at all',
    },
    {
      name: 'probe: targets of this lab',
      find: 'targets.includes(target.id) && isInLab(target, texts)',
      replace: 'targets.includes(target.id)',
      test: 'nobody can name another target than those of the list',
    },
    {
      name: 'probe: names are texts',
      find: "Object.entries(names).filter(([, name]) => typeof name === 'string')",
      replace: 'Object.entries(names)',
      test: 'nobody can name another target than those of the list',
    },
  ]),
  ...mutantsOf('shared/src/lab/isolation-targets.ts', TARGETS, [
    {
      name: 'probe: names of one label',
      find: 'if (!NAME[place].test(name)) isWhole = false;',
      replace: "if (name === '') isWhole = false;",
      test: 'no name leads to another host: "evil.example/"',
    },
  ]),
];
