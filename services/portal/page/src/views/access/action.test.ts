import type { Resource } from '@managed-identity-lab/client';
import { expect, it } from 'vitest';
import { type Action, upToDate } from './action.ts';
import { toModel } from './model.ts';

const VM = '/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm';
const [ORDERS, POD] = ['/orders', '/pod'];

const vmWith = (...identities: readonly (readonly [identityType: string, resourceId: string])[]): Resource => ({
  ...{ kind: 'virtualMachine', id: VM, name: 'vm' },
  identities: identities.map(([identityType, resourceId]) => ({ identityType, resourceId })),
});

const host = { resourceId: VM.toLowerCase(), hasSystemIdentity: false, userIdentities: [ORDERS] };
const removal: Action = { kind: 'removeUserIdentity', subscription: 's', identityId: ORDERS, host };

it('is done to a machine as it is by now: what it was given meanwhile stays', () => {
  const model = toModel([vmWith(['SystemAssigned', VM], ['UserAssigned', ORDERS], ['UserAssigned', POD])]);
  expect(upToDate(removal, model)).toEqual({
    ...removal,
    host: { resourceId: VM, hasSystemIdentity: true, userIdentities: [ORDERS, POD] },
  });
});

it('is done as it was asked for where no machine is concerned, or it is no more', () => {
  const other: Action = { kind: 'rotateSigningKeys' };
  expect(upToDate(other, toModel([]))).toBe(other);
  expect(upToDate(removal, toModel([]))).toBe(removal);
});
