import { eventIdOf } from '@lab/shared/flows/index.ts';
import { describe, expect, it } from 'vitest';
import { fakeLabApi } from '../testing/lab-api.ts';

const { fake, get } = fakeLabApi();

const at = (ms: number) => new Date(1_767_225_600_000 + ms).toISOString();
const shown = { header: { alg: 'RS256' }, claims: { aud: 'https://vault.azure.net' } };
const from = { caller: 'vm-app01', workload: 'app' };

/** A token and the request that uses it, of a machine. */
function happenedAt(ms: number, tokenId: string, details: object = from) {
  fake.happened('imds', { at: at(ms), tokenId, issued: shown, operation: 'GetManagedIdentityToken', ...details });
  fake.happened('keyvault', {
    ...{ at: at(ms + 50), tokenId, token: shown, status: 403, errorCode: 'Forbidden', ...details },
    decision: {
      ...{ operation: 'getSecret', resourceId: '/kv', grantedBy: null },
      considered: [{ assignmentId: '/a1', roleName: 'Reader', scope: '/kv', verdict: 'action not in role' }],
      leftOut: 3,
    },
  });
}

describe('GET /lab/v1/flows', () => {
  it('gives flows newest first, of a machine where one is named, and as many as are asked for', async () => {
    happenedAt(0, 't1');
    happenedAt(1_000, 't2', { caller: 'outsider', workload: 'outsider' });
    const all = (await get('/flows')).json.flows;
    expect(all).toMatchObject([
      { workload: 'outsider', steps: 2, services: ['imds', 'keyvault'], outcome: 'failed' },
      { workload: 'vm-app01', title: { key: 'access-denied', values: { code: 'Forbidden' } }, durationMs: 51 },
    ]);
    expect((await get('/flows?workload=APP')).json.flows).toEqual([all[1]]);
    expect((await get('/flows?limit=1')).json.flows).toEqual([all[0]]);
  });

  it('tells what happened since, without having been watched', async () => {
    const before = (await get('/flows')).json.flows.length;
    happenedAt(2_000, 't3');
    expect((await get('/flows')).json.flows).toHaveLength(before + 1);
    fake.down.add('keyvault');
    happenedAt(3_000, 't4');
    expect((await get('/flows')).json.flows).toHaveLength(before + 2);
  });
});

describe('GET /lab/v1/flows/{id}', () => {
  it('gives every step with all that its service said, by the id of any of its events', async () => {
    happenedAt(10_000, 't5');
    const [{ id }] = (await get('/flows')).json.flows;
    const flow = (await get(`/flows/${id}`)).json;
    expect(flow).toMatchObject({
      id,
      steps: [
        { number: 1, source: 'vm-app01', target: 'imds', event: { issued: shown } },
        {
          number: 2,
          target: 'keyvault',
          offsetMs: 50,
          event: { token: shown, decision: { considered: [{}], leftOut: 3 } },
        },
      ],
    });
    expect((await get(`/flows/${flow.steps[1].id}`)).json).toEqual(flow);
  });

  it('is named by every event of it', async () => {
    const { events } = (await get('/events?limit=1000')).json;
    for (const event of events) {
      expect((await get(`/flows/${eventIdOf(event)}`)).json.id).toBe(event.flow);
    }
  });

  it('still tells of a request that its service has forgotten, what can be told', async () => {
    happenedAt(20_000, 't6');
    const [{ id }] = (await get('/flows')).json.flows;
    fake.restart('keyvault');
    const { steps } = (await get(`/flows/${id}`)).json;
    expect(steps[1]).toMatchObject({ target: 'keyvault', outcome: 'failed', sentence: { key: 'access-denied' } });
    expect(steps[1].event.token).toBeUndefined();
  });

  it('knows no flow that was not', async () => {
    expect((await get('/flows/imds-99999-abc')).json.error.code).toBe('FlowNotFound');
    expect((await get('/flows/..%2fx')).status).toBe(400);
  });
});

describe('GET /lab/v1/flows/{id}/mermaid', () => {
  it('gives the diagram as text', async () => {
    happenedAt(30_000, 't7');
    const [{ id }] = (await get('/flows')).json.flows;
    const { text, headers } = await get(`/flows/${id}/mermaid`);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text).toMatch(/^sequenceDiagram\n {2}participant p1 as vm-app01\n/);
    expect(text).toContain('403 Forbidden');
  });
});
