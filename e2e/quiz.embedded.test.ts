/**
 * The quiz by the lab API: each question that promises a flow comes with one whose step answers it, made for it by real
 * requests in a lab in which nothing has happened yet. What needs networks and containers is in the browser tests.
 */
import type { FlowStep, QuizAnswer } from '@managed-identity-lab/client';
import { type EmbeddedLab, startLab } from '@managed-identity-lab/embedded';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageOf } from './page-of.ts';
import { STEPS } from './quiz-steps.ts';

/** Somebody who shares the lab. */
const ANA = {
  tenants: [
    {
      name: 'contoso',
      subscriptions: [
        {
          name: 'contoso-workshop',
          resourceGroups: [
            {
              name: 'rg-ana',
              participant: { name: 'ana', machine: 'vm-ana' },
              virtualMachines: [{ name: 'vm-ana', systemAssignedIdentity: true }],
              vaults: [
                {
                  name: 'kv-ana',
                  secrets: { ConnectionString: 'of Ana' },
                  roleAssignments: [{ principal: 'vm-ana', role: 'Key Vault Secrets User' }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
};

let lab: EmbeddedLab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.close());

/** What is answered, right or wrong, and the step that it comes with. */
async function answered(id: string): Promise<QuizAnswer & { at?: FlowStep | undefined }> {
  const { questions } = await lab.api.quiz.list();
  const choice = questions.find((question) => question.id === id)?.choices[0] ?? '';
  const answer = await lab.api.quiz.answer(id, choice);
  if (answer.flow === undefined) return answer;
  const { steps } = await lab.api.flows.get(answer.flow);
  return { ...answer, at: steps.find(({ number }) => number === answer.step) };
}

it('has a step for each question that promises one, and for no other', async () => {
  const { questions } = await lab.api.quiz.list();
  const promised = questions.filter(({ isInFlow }) => isInFlow).map(({ id }) => id);
  expect(promised.toSorted()).toEqual(Object.keys(STEPS).toSorted());
});

it('does no exercise for anybody by the flows that it makes', async () => {
  await lab.api.exercises.start('first-token');
  for (const id of ['metadata-header', 'receives-token', 'vault-validates']) {
    expect((await answered(id)).at?.event.clientRequestId).toMatch(/^quiz-/);
  }
  const { findings } = await lab.api.exercises.check('first-token');
  expect(findings.filter(({ passed }) => passed)).toEqual([]);
});

describe('a question', () => {
  const WITHOUT: Readonly<Record<string, string>> = {
    'stolen-token': 'missing',
    'no-selector': 'exercise',
    'old-key': 'exercise',
    'machine-deleted': 'never',
    'ssrf-remedy': 'never',
    'from-outside': 'never',
  };

  it.each(Object.entries(STEPS).filter(([id]) => !(id in WITHOUT)))(
    '%s comes with the step that answers it',
    async (id, expected) => {
      const answer = await answered(id);
      expect(answer.without).toBeUndefined();
      expect(answer.at).toMatchObject(expected);
    },
  );

  it.each(Object.entries(WITHOUT))('%s says why it comes without a flow: %s', async (id, without) => {
    expect(await answered(id)).toMatchObject({ without });
  });

  it('shows the same step again, and leaves nothing behind', async () => {
    const [first, second] = [await answered('what-to-retry'), await answered('what-to-retry')];
    expect([second.flow, second.step]).toEqual([first.flow, first.step]);
    expect(await lab.api.faults.list()).toEqual([]);
  });
});

it('old-key comes with the step of its exercise, once that was done', async () => {
  const request = (url: string, headers: [string, string][]) =>
    lab.api.request('vm-app01', { method: 'GET', url, headers });
  const token = async (more = '') => {
    const url =
      'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net';
    const answer = await request(`${url}${more}`, [['Metadata', 'true']]);
    return String(JSON.parse('body' in answer ? answer.body : '{}').access_token);
  };
  const before = await token('&bypass_cache=true');
  await lab.api.signingKeys.rotate();
  await token('&bypass_cache=true');
  const secret = 'https://kv-lab.vault.azure.net/secrets/ConnectionString?api-version=7.4';
  expect(await request(secret, [['Authorization', `Bearer ${before}`]])).toMatchObject({ status: 200 });
  const answer = await answered('old-key');
  expect(answer.at).toMatchObject(STEPS['old-key'] ?? {});
  const uti = JSON.parse(Buffer.from(before.split('.')[1] ?? '', 'base64url').toString()).uti;
  expect(answer.at?.event.tokenId).toBe(uti);
});

it('makes flows for a participant at their own machine, and of nothing that is not theirs', async () => {
  await lab.api.state.apply(ANA);
  const ask = await pageOf(lab, 'ana');
  const shownTo = async (id: string) => {
    const answer: QuizAnswer = (await ask('POST', `/quiz/${id}/answer`, { choice: choices.get(id) })).body;
    if (answer.flow === undefined) return answer.without;
    const { steps }: { steps: FlowStep[] } = (await ask('GET', `/flows/${answer.flow}`)).body;
    return steps.find(({ number }) => number === answer.step)?.event;
  };
  const choices = new Map((await lab.api.quiz.list()).questions.map(({ id, choices }) => [id, choices[0]]));
  const vault = { host: 'kv-ana.vault.azure.net' };
  expect(await shownTo('receives-token')).toMatchObject({ service: 'imds', status: 200, virtualMachine: 'vm-ana' });
  expect(await shownTo('who-decides')).toMatchObject({ operation: 'GetSecret', status: 200, ...vault });
  expect(await shownTo('challenge')).toMatchObject({ status: 401, ...vault });
  expect(await shownTo('not-enabled')).toMatchObject({ service: 'imds', status: 400, virtualMachine: 'vm-ana' });
  expect(await shownTo('what-to-retry')).toMatchObject({ service: 'imds', status: 503, virtualMachine: 'vm-ana' });
  expect(await shownTo('functions-endpoint')).toBe('missing');
  expect(await shownTo('other-subscription')).toBe('missing');
  expect(await lab.api.faults.list()).toEqual([]);
});
