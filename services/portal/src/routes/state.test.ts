import { describe, expect, it } from 'vitest';
import { fabricState } from '../domain/lab-state.ts';
import { bearer, bearerJson, fakeLabApi } from '../testing/lab-api.ts';

const { fabric, ask, get } = fakeLabApi();

describe('what the lab contains', () => {
  const yaml = { ...bearer, 'content-type': 'application/yaml' };
  const refusal = (status: number, code: string) => ({ arm: { status, body: { error: { code, message: 'Why.' } } } });

  it('is asked of those who know it, of one kind or of all', async () => {
    const having = (...kinds: string[]) => ({
      status: 200,
      body: { resources: kinds.map((kind) => ({ kind, id: `/${kind}`, name: 'x' })) },
    });
    fabric.answers = {
      ...{ arm: having('vault'), entra: having('application') },
      ...{ keyvault: having('secret'), blob: having('container', 'blob') },
    };
    const kindsOf = async (query: string) =>
      ((await get(`/resources${query}`)).json.resources as { kind: string }[]).map(({ kind }) => kind);
    expect(await kindsOf('')).toEqual(['vault', 'application', 'secret', 'container', 'blob']);
    fabric.called = [];
    expect(await kindsOf('?kind=blob')).toEqual(['blob']);
    expect(await kindsOf('?kind=a%26b')).toEqual([]);
    expect(fabric.called).toEqual(['blob GET /resources', 'arm GET /resources?kind=a%26b']);
  });

  it('is changed by a partial lab file, in YAML and in JSON, refused in the words of Resource Manager', async () => {
    fabric.answers = { arm: { status: 200, body: { added: 1, changed: 2, resources: [] } } };
    expect((await ask('PATCH', '/lab/v1/lab', yaml, 'tenants: []')).json).toMatchObject({ added: 1, changed: 2 });
    expect((await ask('PATCH', '/lab/v1/lab', bearerJson, '{"tenants":[]}')).status).toBe(200);
    fabric.answers = refusal(400, 'InvalidLabFile');
    const { status, json } = await ask('PATCH', '/lab/v1/lab', yaml, 'tenants: []');
    expect([status, json]).toEqual([400, { error: { code: 'InvalidLabFile', message: 'Why.' } }]);
  });

  it.each([
    ['of another type', { ...bearer, 'content-type': 'text/plain' }, 'tenants: []'],
    ['without any', bearer, ''],
    ['that is no JSON', bearerJson, '{'],
  ])('is not changed by a body %s', async (_, headers, body) => {
    expect((await ask('PATCH', '/lab/v1/lab', headers, body)).json.error.code).toBe('BadRequest');
    expect(fabric.called).toEqual([]);
  });

  it('has snapshots of names that are lower-case letters, digits and "-"', async () => {
    fabric.answers = { arm: { status: 201, body: { name: 'a', takenAt: '2026-01-01T00:00:00.000Z' } } };
    for (const name of ['A', 'a%20b', '..%2freset', 'a'.repeat(41), 'a_b'])
      expect([name, (await ask('PUT', `/lab/v1/snapshots/${name}`, bearer)).status]).toEqual([name, 400]);
    expect(fabric.called).toEqual([]);
    expect((await ask('PUT', `/lab/v1/snapshots/${'a-1'.repeat(13)}`, bearer)).status).toBe(201);
  });

  it('begins anew without faults, and workloads are started again where the clock jumped with it', async () => {
    const clock = [
      { offsetSeconds: 60, heldAt: null },
      { offsetSeconds: 0, heldAt: null },
    ];
    const moved = fabricState({
      fabric: {
        call: async (service, method, path) => {
          fabric.called.push(`${service} ${method} ${path}`);
          return { status: 200, body: path === '/clock' ? clock.shift() : { durationMs: 5, late: ['blob'] } };
        },
      },
      workloads: { restart: async () => ({ restartedWorkloads: ['app'] }) },
      faults: { clear: async () => fabric.called.push('faults') },
    });
    expect(await moved.reset()).toEqual({ durationMs: 5, late: ['blob'], restartedWorkloads: ['app'] });
    expect(fabric.called).toEqual(['faults', 'arm GET /clock', 'arm POST /reset', 'arm GET /clock']);
    clock.push({ offsetSeconds: 0, heldAt: null }, { offsetSeconds: 0, heldAt: null });
    expect(await moved.snapshots.restore('a')).toMatchObject({ restartedWorkloads: [] });
    expect(fabric.called.filter((call) => call === 'faults')).toHaveLength(1);
  });

  it('is not at hand where Resource Manager refuses the portal itself', async () => {
    fabric.answers = refusal(403, 'PeerNotAllowed');
    const { status, text } = await get('/resources');
    expect([status, text.includes('PeerNotAllowed')]).toEqual([503, false]);
  });
});
