import { FaultRequest } from '@lab/shared/faults/fault.ts';
import type { FaultKinds } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { type Draft, forService, mistakesOf, NEW_DRAFT, toFault } from './draft.ts';
import { PRESETS } from './presets.ts';

const drafts: [Partial<Draft>, object][] = [
  [{}, { service: 'keyvault', times: 2, effect: { status: 503 } }],
  [
    { status: '429', retry: 'none' },
    { service: 'keyvault', times: 2, effect: { status: 429, retryAfterSeconds: null } },
  ],
  [
    { status: '429', retry: 'seconds', retrySeconds: '5', span: 'ever' },
    { service: 'keyvault', effect: { status: 429, retryAfterSeconds: 5 } },
  ],
  [
    { service: 'imds', operation: 'GetVersions', caller: 'vm-app01', damage: 'delay', delaySeconds: '1.5' },
    { service: 'imds', operation: 'GetVersions', caller: 'vm-app01', times: 2, effect: { delayMs: 1_500 } },
  ],
  [
    { damage: 'cut', span: 'seconds', many: '30' },
    { service: 'keyvault', seconds: 30, effect: { cut: true } },
  ],
  [{ damage: 'half' }, { service: 'keyvault', times: 2, effect: { halfBody: true } }],
  [{ damage: 'captive' }, { service: 'keyvault', times: 2, effect: { contentType: 'text/html' } }],
];

it.each(drafts)('makes of %j what the lab API takes', (draft, fault) => {
  const made = toFault({ ...NEW_DRAFT, ...draft });
  expect(made).toEqual(fault);
  expect(FaultRequest.safeParse(made).success).toBe(true);
});

it.each<[Partial<Draft>, string[]]>([
  [{}, []],
  [{ many: '0' }, ['many']],
  [{ many: 'x' }, ['many']],
  [{ many: '1.5' }, ['many']],
  [{ span: 'seconds', many: '1.5' }, []],
  [{ span: 'seconds', many: '' }, ['many']],
  [{ span: 'ever', many: 'x' }, []],
  [{ damage: 'delay', delaySeconds: '601' }, ['delaySeconds']],
  [{ damage: 'delay', delaySeconds: '' }, ['delaySeconds']],
  [{ retry: 'seconds', retrySeconds: '-1' }, ['retrySeconds']],
  [{ retry: 'own', retrySeconds: '-1' }, []],
])('finds in %j what cannot be sent', (draft, fields) => {
  expect(mistakesOf({ ...NEW_DRAFT, ...draft })).toEqual(fields);
});

it('keeps an operation and a status where the other service has them', () => {
  const imds: FaultKinds = {
    service: 'imds',
    operations: ['GetManagedIdentityToken'],
    statuses: [
      { status: 410, code: 'gone' },
      { status: 500, code: 'unknown' },
    ],
  };
  const draft = { ...NEW_DRAFT, operation: 'GetSecret', status: '410' };
  expect(forService(draft, imds)).toMatchObject({ service: 'imds', operation: '', status: '410' });
  expect(forService({ ...draft, status: '503' }, imds).status).toBe('500');
});

it.each(PRESETS)('has a preset that the lab API takes: $id', ({ faults }) => {
  for (const fault of faults) expect(FaultRequest.safeParse(fault).success).toBe(true);
});
