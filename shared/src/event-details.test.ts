import type { Response } from 'express';
import { expect, it } from 'vitest';
import { describeCaller, describeCheck, describeDecision, describeFailure, machineIn } from './event-details.ts';
import { type DecisionMade, detailsOf } from './events.ts';
import { accessTokenOf } from './testing/access-token.ts';

const response = () => ({ locals: {} }) as unknown as Response;
const decision = (operation: string, grantedBy: string | null): DecisionMade => ({
  operation,
  resourceId: '/',
  grantedBy,
  considered: [],
});
const VM = '/subscriptions/s/resourcegroups/rg/providers/Microsoft.Compute/virtualMachines/vm-app01';
const IDENTITY = '/subscriptions/s/resourcegroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id';

it('notes checks in the order made, and why the last one refused', () => {
  const res = response();
  describeCheck(res, 'bearer token');
  describeCheck(res, 'app role', { message: 'No role.' });
  expect(detailsOf(res).checks).toEqual([
    { check: 'bearer token', outcome: 'passed' },
    { check: 'app role', outcome: 'failed', reason: 'No role.' },
  ]);
});

it('keeps every decision of a request, and puts the one that refused first', () => {
  const res = response();
  for (const [operation, grantedBy] of [
    ['write', 'a1'],
    ['join', 'a1'],
    ['assign', null],
  ] as const) {
    describeDecision(res, decision(operation, grantedBy));
  }
  const { decision: main, furtherDecisions } = detailsOf(res);
  expect([main?.operation, furtherDecisions?.map(({ operation }) => operation)]).toEqual(['assign', ['join', 'write']]);
});

it('says what was answered, within bounds', () => {
  const res = response();
  describeFailure(res, { code: 'Forbidden', message: 'x'.repeat(1_000) });
  expect(detailsOf(res)).toEqual({ errorCode: 'Forbidden', errorMessage: 'x'.repeat(512) });
});

it.each([
  ['a system-assigned identity by its own id', { xms_mirid: VM }, 'vm-app01'],
  ['a user-assigned identity by where it was used', { xms_mirid: IDENTITY, xms_az_rid: VM }, 'vm-app01'],
  ['a user-assigned identity of nowhere not at all', { xms_mirid: IDENTITY }, undefined],
])('names the machine that a token was issued to: %s', (_, claims, name) => {
  const res = response();
  describeCaller(res, accessTokenOf({ aud: 'a', tid: 't', oid: 'o', ...claims }));
  expect(detailsOf(res)).toMatchObject({ principalId: 'o', audience: 'a', tokenId: 'token-id' });
  expect(detailsOf(res).virtualMachine).toBe(name);
});

it('tells function apps from virtual machines', () => {
  expect(machineIn('/subscriptions/s/resourceGroups/rg/providers/Microsoft.Web/sites/func-app01')).toEqual({
    site: 'func-app01',
  });
  expect(machineIn('/providers/Microsoft.Web/sites/a/b')).toEqual({});
});
