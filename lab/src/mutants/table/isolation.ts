import { type Mutant, mutantsOf } from '../mutant.ts';

const PROBE = 'services/app/src/agent/probe.test.ts';
const MAP = 'services/portal/src/domain/isolation';
const TARGETS = 'shared/src/lab/isolation-targets.test.ts';

/** What keeps the probes of the isolation map inside of the lab, and a participant's to what is theirs. */
export const ISOLATION: readonly Mutant[] = [
  ...mutantsOf('services/app/src/agent/probe.ts', PROBE, [
    {
      name: 'probe: no way out',
      find: 'if (await wayOut()) isOut = true;',
      replace: '',
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
  ...mutantsOf(`${MAP}/isolation.ts`, `${MAP}/isolation.test.ts`, [
    {
      name: "isolation: a participant's machines",
      find: 'all.filter(({ name }) => !place || place.workloads.has(name))',
      replace: 'all',
      test: 'a participant has a map of their own machines, and cells of their own',
    },
  ]),
  ...mutantsOf(`${MAP}/target-names.ts`, `${MAP}/target-names.test.ts`, [
    {
      name: "isolation: a participant's vault",
      find: '!place || ownsResource(place, resource)',
      replace: 'true',
      test: 'a participant asks for what is theirs, and learns no name of another',
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
