import { expect, it } from 'vitest';
import type { Faults } from '../domain/faults.ts';
import type { RequestBody } from '../domain/lab-requests.ts';
import type { Workloads } from '../domain/workloads.ts';
import { DEFAULT_SCENE } from '../exercises/scene.ts';
import { type Act, askUntilItWorks, type Stage, takeElsewhere, wholeWay } from './acts.ts';
import { flowMaker } from './make-flow.ts';
import { isOfQuiz } from './mark.ts';

const STAGE: Stage = {
  scene: { ...DEFAULT_SCENE, machine: 'vm-ana' },
  workload: 'app02',
  others: new Map([['outsider', 'outsider']]),
  has: new Set(),
};

function start({
  answers = async () => {},
  mostWaiting = 8,
}: {
  answers?: () => Promise<void>;
  mostWaiting?: number;
} = {}) {
  const did: string[] = [];
  const sent: (RequestBody & { from: string })[] = [];
  const workloads: Pick<Workloads, 'request'> = {
    request: async (from, request) => {
      sent.push({ ...request, from });
      did.push(`${from} ${new URL(request.url).hostname}`);
      await answers();
      return {
        ...{ status: 200, statusText: 'OK', headers: [], truncated: false, durationMs: 1 },
        body: JSON.stringify({ access_token: 'the-token' }),
      };
    },
  };
  const faults: Pick<Faults, 'add' | 'remove'> = {
    add: async (fault) => {
      did.push(`fault ${JSON.stringify(fault)}`);
      return { ...fault, id: 'imds-1', applied: 0 };
    },
    remove: async (id) => void did.push(`without ${id}`),
  };
  const pause = async () => void did.push('pause');
  return { did, sent, make: flowMaker({ workloads, faults, pause, mostWaiting }) };
}

it('sends requests from the machine of who asks, with one id that tells whose they are', async () => {
  const { make, sent } = start();
  await make('challenge', wholeWay, STAGE);
  expect(sent.map(({ from, url }) => [from, new URL(url).hostname])).toEqual([
    ['app02', 'kv-lab.vault.azure.net'],
    ['app02', '169.254.169.254'],
    ['app02', 'kv-lab.vault.azure.net'],
  ]);
  expect(sent.at(-1)?.headers).toContainEqual(['Authorization', 'Bearer the-token']);
  const ids = new Set(sent.map(({ headers }) => headers?.find(([name]) => name === 'x-ms-client-request-id')?.[1]));
  expect(ids.size).toBe(1);
  const [clientRequestId = ''] = ids;
  expect(clientRequestId).toMatch(/^quiz-challenge-[0-9a-f]{12}$/);
  expect(isOfQuiz({ clientRequestId } as Parameters<typeof isOfQuiz>[0])).toBe(true);
});

it('sends from another machine only where that is one of who asks', async () => {
  const { make, sent } = start();
  await make('stolen-token', takeElsewhere, STAGE);
  expect(sent.map(({ from }) => from)).toEqual(['app02', 'outsider']);
  const alone = start();
  await expect(alone.make('stolen-token', takeElsewhere, { ...STAGE, others: new Map() })).rejects.toThrow('outsider');
  expect(alone.sent.map(({ from }) => from)).toEqual(['app02']);
});

it('lets IMDS fail this machine once, and for seconds at most, and takes the fault away', async () => {
  const { make, did } = start();
  await make('what-to-retry', askUntilItWorks, STAGE);
  expect(JSON.parse(did[0]?.replace(/^fault /, '') ?? '')).toEqual({
    ...{ service: 'imds', operation: 'GetManagedIdentityToken', caller: 'vm-ana' },
    ...{ times: 1, seconds: 10, effect: { status: 503 } },
  });
  expect(did.slice(1)).toEqual([
    'app02 169.254.169.254',
    'pause',
    'app02 169.254.169.254',
    'app02 kv-lab.vault.azure.net',
    'without imds-1',
  ]);
});

it('takes the fault away where nothing came of it', async () => {
  const { make, did } = start({ answers: () => Promise.reject(new Error('the agent is gone')) });
  await expect(make('what-to-retry', askUntilItWorks, STAGE)).rejects.toThrow('the agent is gone');
  expect(did.at(-1)).toBe('without imds-1');
});

it('makes one at a time, lets a few wait, and goes on after one that failed', async () => {
  const { make } = start({ mostWaiting: 3 });
  const log: string[] = [];
  const act =
    (name: string, fails = false): Act =>
    async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (fails) throw new Error('no');
    };
  const all = [make('a', act('a', true), STAGE), make('b', act('b'), STAGE), make('c', act('c'), STAGE)];
  await expect(make('d', act('d'), STAGE)).rejects.toMatchObject({ code: 'TooManyQuestions' });
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(log).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  await make('e', act('e'), STAGE);
});
