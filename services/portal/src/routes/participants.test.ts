import { expect, it } from 'vitest';
import type { Participants } from '../domain/participants.ts';
import { ANA, BEN } from '../testing/fake-places.ts';
import { bearer, bearerJson, fakeLabApi, type Headers } from '../testing/lab-api.ts';

const { lab, ask, get, post, fromPage } = fakeLabApi({ room: true, places: [ANA, BEN] });
const BODY = {
  name: 'ana',
  machine: 'vm-app01',
  running: true,
  resourceGroup: 'rg-ana',
  code: 'c',
  signedIn: false,
  passed: [],
};
const asked: string[] = [];
Object.assign(lab.participants, {
  list: async () => ({ participants: [BODY], freeMachines: ['vm-app03'] }),
  add: async (name) => {
    asked.push(`add ${name}`);
    return { participant: BODY, isNew: name === 'ana' };
  },
  reset: async (name) => {
    asked.push(`reset ${name}`);
    return { durationMs: 1 };
  },
  remove: async (name) => {
    asked.push(`remove ${name}`);
  },
} satisfies Participants);

const put = (name: string, body = '{}') => ask('PUT', `/lab/v1/participants/${name}`, bearerJson, body);

it('gives places, shows who has one, and takes them', async () => {
  expect((await get('/participants')).json).toEqual({ participants: [BODY], freeMachines: ['vm-app03'] });
  expect([(await put('ana')).status, (await put('ben')).status]).toEqual([201, 200]);
  expect((await ask('DELETE', '/lab/v1/participants/ana', bearer)).status).toBe(204);
  expect(asked).toEqual(['add ana', 'add ben', 'remove ana']);
});

it.each(['Ana', '1a', 'a-b', 'x'.repeat(13), '%2e%2e'])(
  'takes no name that could not be one in Azure: %s',
  async (name) => {
    expect((await put(name)).status).toBe(400);
  },
);

it('takes no parameters in a body', async () => {
  expect((await put('ana', '{"machine":"vm-app01"}')).status).toBe(400);
});

it('lets participants start over in their own place, and in nobody else’s', async () => {
  asked.length = 0;
  const { headers } = await post(
    '/session',
    { ...fromPage(), 'content-type': 'application/json' },
    JSON.stringify({ code: lab.door.signIn.codeOf('ana') }),
  );
  const page: Headers = { ...fromPage(), cookie: String(headers['set-cookie']).split(';')[0] ?? '' };
  expect((await post('/participants/ana/reset', page)).status).toBe(200);
  const { status, json } = await post('/participants/ben/reset', page);
  expect([status, json?.error?.code]).toEqual([404, 'ParticipantNotFound']);
  expect((await get('/participants', page)).status).toBe(403);
  expect(asked).toEqual(['reset ana']);
});
