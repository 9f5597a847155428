import { FLAW_NAMES } from '@lab/shared/forge/flaws.ts';
import { describe, expect, it } from 'vitest';
import { bearer, bearerJson, fakeLabApi, type Headers } from '../testing/lab-api.ts';

const { fabric, get, post } = fakeLabApi();

describe('the forge', () => {
  const wish = { principal: 'vm-app01', audience: 'https://vault.azure.net', flaw: 'alg-none' };
  const forge = (body: unknown, headers: Headers = bearerJson) => post('/tokens', headers, JSON.stringify(body));

  it('asks Entra for the token', async () => {
    const made = { token: 'a.b.', header: { alg: 'none' }, claims: { oid: 'x' } };
    fabric.answers.entra = { status: 200, body: made };
    const { status, json } = await forge(wish);
    expect([status, json]).toEqual([200, made]);
    expect(fabric.called).toEqual([`entra POST /forge ${JSON.stringify(wish)}`]);
  });

  it('does not ask for what cannot be made', async () => {
    for (const [body, said] of [
      [{ ...wish, flaw: 'alg-some' }, /body.flaw/],
      [{ ...wish, sign: 'none' }, /sign/],
      [{ audience: 'x' }, /principal/],
      [{ principal: 'x' }, /body.audience/],
      [{ ...wish, claims: JSON.parse(`${'{"a":'.repeat(100)}0${'}'.repeat(100)}`) }, /nested/],
      [[], /body/],
    ] as const) {
      const { status, json } = await forge(body);
      expect([status, json?.error?.code]).toEqual([400, 'BadRequest']);
      expect(json?.error?.message).toMatch(said);
    }
    expect((await forge(wish, { ...bearer, 'content-type': 'text/plain' })).status).toBe(400);
    expect(fabric.called).toEqual([]);
  });

  it("gives Entra's reason, and says so when it cannot be asked", async () => {
    fabric.answers.entra = { status: 400, body: { error: { code: 'InvalidForgeRequest', message: 'Nobody.' } } };
    expect(await forge(wish)).toMatchObject({ status: 400, json: { error: { message: 'Nobody.' } } });
    for (const down of [undefined, { status: 500, body: {} }, { status: 200, body: {} }]) {
      fabric.answers = down ? { entra: down } : {};
      expect((await forge(wish)).json?.error?.code).toBe('ServiceUnavailable');
    }
  });

  it('lists the flaws by name', async () => {
    const { json } = await get('/tokens/flaws');
    expect(json.flaws.map(({ name }: { name: string }) => name)).toEqual(FLAW_NAMES);
  });
});
