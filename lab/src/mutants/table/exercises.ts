import { type Mutant, mutantsOf } from '../mutant.ts';

const PAGE = 'services/app/src/preview';
const AGENT = 'services/app/src/agent';

/** The page with a hole, which an exercise needs: what keeps it in the lab, and away while nobody does the exercise. */
export const EXERCISES: readonly Mutant[] = [
  ...mutantsOf(`${PAGE}/send-within-lab.ts`, `${PAGE}/send-within-lab.test.ts`, [
    {
      name: 'page with a hole: names of the lab',
      find: 'if (mistake) return { error: mistake };',
      replace: '',
      test: 'fetches nothing from elsewhere: http://example.com/',
    },
    {
      name: 'page with a hole: no way out when it fetches',
      find: 'if (await leadsOut()) return WAY_OUT;',
      replace: '',
      test: 'fetches nothing on a machine that has a way out of the lab',
    },
  ]),
  ...mutantsOf(`${AGENT}/preview.ts`, `${AGENT}/preview.test.ts`, [
    {
      name: 'page with a hole: no way out when it opens',
      find: "if (await leadsOut()) return refused(409, 'DefaultRoute'",
      replace: "if (false) return refused(409, 'DefaultRoute'",
      test: 'opens no page on a machine that has a way out of the lab',
    },
    {
      name: 'page with a hole: it ends with the agent',
      find: 'await inTurn(close)();',
      replace: '',
      test: 'is gone with the agent',
    },
  ]),
  ...mutantsOf(`${PAGE}/link-preview.ts`, `${PAGE}/link-preview.test.ts`, [
    {
      name: 'page with a hole: it closes by itself',
      find: 'const deadline = setTimeout(close, longestMs).unref();',
      replace: 'const deadline = setTimeout(() => {}, longestMs).unref();',
      test: 'closes itself when its time is up',
    },
  ]),
  ...mutantsOf('services/portal/src/exercises/ssrf.ts', 'services/portal/src/exercises/ssrf.test.ts', [
    {
      name: 'page with a hole: its exercise ends',
      find: 'if (machine !== undefined) await',
      replace: 'if (machine === undefined) await',
      test: 'opens the page when it begins, and closes it there when it ends',
    },
  ]),
  ...mutantsOf('services/portal/src/domain/exercises.ts', 'services/portal/src/domain/exercises.test.ts', [
    {
      name: 'page with a hole: it is closed where it was opened',
      find: 'attemptOf(before, who, exercise.id).facts ?? {});\n',
      replace: '{});\n',
      test: 'an exercise > takes it away where it was put, also when nobody can be asked any more whose place that was',
    },
    {
      name: 'page with a hole: a start that fails leaves none',
      find: 'await exercise.end?.({ preview }, facts ?? {});',
      replace: '',
      test: 'an exercise > takes away what it has put where its start fails after that',
    },
  ]),
];
