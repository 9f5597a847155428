import type { FlowEvent } from '@lab/shared/events.ts';
import { expect, it } from 'vitest';
import { happened, passedIn, tokenGiven, tokenRefused } from '../testing/evidence.ts';
import { ssrf } from './ssrf.ts';

const from = (way: string): Partial<FlowEvent> => ({ clientRequestId: `link-preview-${way}-1` });
const PLAIN = tokenRefused('vm-app01', 'metadata header', from('preview'));
const FORWARDED = tokenRefused('vm-app01', 'x-forwarded-for', from('proxy'));
const TOKEN = tokenGiven('vm-app01', 'token-1', from('fetch'));
const READ = happened('keyvault', { operation: 'GetSecret', caller: 'outsider', tokenId: 'token-1' });

it('is passed by a token that came through the page, and read a secret from outside', () => {
  expect(passedIn(ssrf, { events: [PLAIN, FORWARDED, TOKEN, READ] })).toEqual([
    'plain',
    'forwarded',
    'token',
    'secret',
  ]);
});

it.each([
  ['a program of the machine asked for', { clientRequestId: 'of-the-program' }],
  ['was for another service', { ...from('fetch'), audience: 'https://storage.azure.com' }],
  ['was refused', { ...from('fetch'), status: 400, tokenId: undefined }],
])('is not passed by a token that %s', (_, what) => {
  const given = tokenGiven('vm-app01', 'token-1', what as Partial<FlowEvent>);
  expect(passedIn(ssrf, { events: [given, READ] })).toEqual([]);
});

it.each([
  ['by the machine itself', { caller: 'vm-app01' }],
  ['with another token', { tokenId: 'token-2' }],
  ['in vain', { status: 403 }],
])('is not passed by a secret that was read %s', (_, what) => {
  expect(passedIn(ssrf, { events: [TOKEN, { ...READ, ...what }] })).toEqual(['token']);
});

it('is not passed by what the machine itself was refused', () => {
  const refused = [tokenRefused('vm-app01', 'metadata header'), tokenRefused('vm-app01', 'x-forwarded-for')];
  expect(passedIn(ssrf, { events: refused })).toEqual([]);
});

it('opens the page when it begins, and closes it there when it ends', async () => {
  const did: string[] = [];
  const lab = {
    scene: { machine: 'vm-app02' },
    preview: async (machine: string, what: string) => void did.push(`${what} ${machine}`),
  } as unknown as Parameters<NonNullable<typeof ssrf.prepare>>[0];
  const facts = (await ssrf.prepare?.(lab)) ?? {};
  await ssrf.end?.({ preview: lab.preview }, facts);
  expect(did).toEqual(['open vm-app02', 'close vm-app02']);
});

it('closes the page where nobody heard that it was opened', async () => {
  const did: string[] = [];
  const lab = {
    scene: { machine: 'vm-app02' },
    preview: async (_machine: string, what: string) => {
      did.push(what);
      if (what === 'open') throw new Error('no answer in time');
    },
  } as unknown as Parameters<NonNullable<typeof ssrf.prepare>>[0];
  await expect(ssrf.prepare?.(lab)).rejects.toThrow('no answer in time');
  expect(did).toEqual(['open', 'close']);
});
