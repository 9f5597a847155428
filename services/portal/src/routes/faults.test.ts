import { FAULT_SERVICES } from '@lab/shared/faults/fault.ts';
import { describe, expect, it } from 'vitest';
import { bearer, bearerJson, fakeLabApi, IDENTITY } from '../testing/lab-api.ts';

const { fabric, ask, get, post } = fakeLabApi();

describe('faults', () => {
  const fault = { service: 'keyvault', operation: 'GetSecret', times: 2, effect: { status: 429 } };
  const set = (body: object) => post('/faults', bearerJson, JSON.stringify(body));
  const remove = (path: string) => ask('DELETE', `/lab/v1${path}`, bearer);
  const FAULT = { ...fault, id: 'keyvault-0123456789ab', remaining: 2, applied: 0 };
  const everywhere = (answer: { status: number; body: unknown }) =>
    Object.fromEntries(FAULT_SERVICES.map((service) => [service, answer]));

  it('are set at their service', async () => {
    fabric.answers.keyvault = { status: 201, body: FAULT };
    expect(await set(fault)).toMatchObject({ status: 201, json: FAULT });
    expect(fabric.called).toEqual([`keyvault POST /faults ${JSON.stringify(fault)}`]);
  });

  it('are refused in the words of their service', async () => {
    fabric.answers.keyvault = { status: 400, body: { error: { code: 'BadRequest', message: 'It has: GetSecret.' } } };
    expect(await set({ ...fault, operation: 'Nothing' })).toMatchObject({
      status: 400,
      json: { error: { code: 'BadRequest', message: 'It has: GetSecret.' } },
    });
  });

  it.each([
    [{ ...fault, service: 'portal' }],
    [{ ...fault, effect: {} }],
    [{ ...fault, times: 0 }],
    [{ ...fault, seconds: -1 }],
    [{ ...fault, more: 1 }],
    [{ ...fault, effect: { cut: true, status: 500 } }],
    [{ ...fault, effect: { retryAfterSeconds: 1 } }],
    [{ ...fault, effect: { contentType: 'text/html\r\nx: y' } }],
  ])('are asked of nobody when they are malformed: %j', async (body) => {
    expect((await set(body)).status).toBe(400);
    expect(fabric.called).toEqual([]);
  });

  it('are meant for the machine that the lab API calls by another name', async () => {
    fabric.answers.keyvault = { status: 201, body: FAULT };
    for (const caller of ['app', 'vm-app02']) await set({ ...fault, caller });
    expect(fabric.called.map((call) => JSON.parse(call.slice(call.indexOf('{'))).caller)).toEqual([
      'vm-app01',
      'vm-app02',
    ]);
  });

  it('are nowhere where no service is: what is not there has none to be cleared', async () => {
    fabric.answers = everywhere({ status: 204, body: undefined });
    delete fabric.answers.appservice;
    expect((await remove('/faults')).json?.error?.code).toBe('ServiceUnavailable');
    fabric.absent.add('appservice');
    expect((await remove('/faults')).status).toBe(204);
    fabric.absent.clear();
  });

  it('are listed from all services, and it is said which could not be asked', async () => {
    fabric.answers = {
      ...everywhere({ status: 200, body: { faults: [] } }),
      keyvault: { status: 200, body: { faults: [FAULT] } },
    };
    delete fabric.answers.appservice;
    expect((await get('/faults')).json).toEqual({ faults: [FAULT], unheard: ['appservice'] });
  });

  it('can be of many kinds, as each service says that is there', async () => {
    const kinds = { operations: ['GetSecret'], statuses: [{ status: 429, code: 'Throttled', retryAfterSeconds: 1 }] };
    fabric.answers.keyvault = { status: 200, body: kinds };
    expect((await get('/faults/kinds')).json).toEqual({
      kinds: [{ service: 'keyvault', ...kinds }],
      unheard: FAULT_SERVICES.filter((service) => service !== 'keyvault'),
    });
    expect(fabric.called).toContain('keyvault GET /faults/kinds');
  });

  it('are removed at their service, one of them or all', async () => {
    fabric.answers = everywhere({ status: 204, body: undefined });
    expect((await remove(`/faults/${FAULT.id}`)).status).toBe(204);
    expect(fabric.called).toEqual([`keyvault DELETE /faults/${FAULT.id}`]);
    fabric.called = [];
    expect((await remove('/faults')).status).toBe(204);
    expect(fabric.called.toSorted()).toEqual(FAULT_SERVICES.map((service) => `${service} DELETE /faults`).toSorted());
  });

  it('are looked for at no service when their id names none', async () => {
    fabric.answers = everywhere({ status: 204, body: undefined });
    for (const id of ['x', 'portal-0123456789ab', 'keyvault-', 'keyvault-..%2fhealth', IDENTITY]) {
      expect((await remove(`/faults/${id}`)).json?.error?.code).toBe('FaultNotFound');
    }
    expect(fabric.called).toEqual([]);
  });
});
