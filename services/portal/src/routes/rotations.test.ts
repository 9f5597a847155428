import { describe, expect, it } from 'vitest';
import { fakeLabApi, IDENTITY } from '../testing/lab-api.ts';

const { fabric, post } = fakeLabApi();

describe('rotations', () => {
  it('let Entra sign with its next key', async () => {
    fabric.answers.entra = { status: 200, body: { current: 'a', next: 'b', retired: ['c'] } };
    expect((await post('/signing-keys/rotate')).json).toEqual({ current: 'a', next: 'b', retired: ['c'] });
    expect(fabric.called).toEqual(['entra POST /signing-keys/rotate']);
  });

  it('give an identity a new certificate on each host that has it', async () => {
    fabric.answers.imds = { status: 200, body: { clientId: IDENTITY, thumbprint: 'AB', notAfter: 7 } };
    fabric.answers.appservice = { status: 202, body: { clientId: IDENTITY } };
    const { status, json } = await post(`/identities/${IDENTITY.toUpperCase()}/certificates/rotate`);
    const hosts = [{ service: 'imds', thumbprint: 'AB', notAfter: 7 }, { service: 'appservice' }];
    expect([status, json]).toEqual([200, { clientId: IDENTITY, hosts }]);
    expect(fabric.called).toContain(`imds POST /identities/${IDENTITY}/certificates/rotate`);
  });

  it('are not done for an identity that no host has, nor for what is none', async () => {
    fabric.answers.imds = { status: 404, body: {} };
    expect((await post(`/identities/${IDENTITY}/certificates/rotate`)).json?.error?.code).toBe('IdentityNotFound');
    fabric.called = [];
    for (const id of ['x', '..%2f..', `${IDENTITY}%2f`]) {
      expect((await post(`/identities/${id}/certificates/rotate`)).status).toBe(400);
    }
    expect(fabric.called).toEqual([]);
  });

  it('say so when a service cannot be asked, and tell nothing of the inside', async () => {
    for (const path of ['/signing-keys/rotate', `/identities/${IDENTITY}/certificates/rotate`]) {
      const { status, json, text } = await post(path);
      expect([status, json?.error?.code]).toEqual([503, 'ServiceUnavailable']);
      expect(text).not.toContain('ECONNREFUSED');
    }
  });
});
