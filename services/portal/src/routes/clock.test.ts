import { describe, expect, it } from 'vitest';
import { bearerJson, fakeLabApi, type Headers } from '../testing/lab-api.ts';

const { fabric, ask, get } = fakeLabApi();

describe('the clock', () => {
  const put = (body: unknown, headers: Headers = bearerJson) =>
    ask('PUT', '/lab/v1/clock', headers, JSON.stringify(body));

  it("is Resource Manager's", async () => {
    fabric.answers.arm = { status: 200, body: { now: 7, offsetSeconds: 0, heldAt: null } };
    expect((await get('/clock')).json).toEqual({ now: 7, offsetSeconds: 0, heldAt: null });
    expect((await put({ hold: true })).json).toEqual({
      now: 7,
      offsetSeconds: 0,
      heldAt: null,
      restartedWorkloads: [],
    });
    expect(fabric.called).toEqual(['arm GET /clock', 'arm GET /clock', 'arm PUT /clock {"hold":true}']);
  });

  it('is not moved by what is no move', async () => {
    for (const body of [
      {},
      { forwardSeconds: -1 },
      { forwardSeconds: 0.5 },
      { forwardSeconds: '1' },
      { back: 1 },
      [],
    ]) {
      expect((await put(body)).json?.error?.code).toBe('BadRequest');
    }
    expect(fabric.called).toEqual([]);
  });

  it('says why it was not moved', async () => {
    fabric.answers.arm = { status: 400, body: { error: { code: 'ClockTooFar', message: 'Ten years.' } } };
    expect(await put({ forwardSeconds: 1 })).toMatchObject({ status: 400, json: { error: { code: 'ClockTooFar' } } });
    fabric.answers = {};
    expect((await put({ forwardSeconds: 1 })).json?.error?.code).toBe('ServiceUnavailable');
  });
});
