import { expect, it } from 'vitest';
import { describeOperator } from './operator.ts';

const contoso = {
  tenantId: 'a93ae60a-4be8-5fd6-9168-a883069ac35f',
  tenantName: 'contoso',
  clientId: 'f4968b2d-d877-57e6-a079-dd9044e600a2',
  clientSecret: 'made-in-this-test',
  subscriptions: [{ subscriptionId: 'e48a9f5d-5bd0-5e5e-a7c5-cb001a2769d5', name: 'contoso-apps' }],
  issuedAt: 1_790_000_000,
  expiresOn: 1_853_000_000,
};

it('shows all that a sign-in needs, and what the operator then sees', () => {
  expect(describeOperator(contoso).split('\n')).toEqual([
    'operator of contoso, Owner of its subscriptions',
    '  tenant         a93ae60a-4be8-5fd6-9168-a883069ac35f',
    '  client id      f4968b2d-d877-57e6-a079-dd9044e600a2',
    '  client secret  made-in-this-test',
    '  subscription   e48a9f5d-5bd0-5e5e-a7c5-cb001a2769d5  contoso-apps',
  ]);
});

it('says so when a tenant has no subscription', () => {
  expect(describeOperator({ ...contoso, subscriptions: [] })).toMatch(
    /^operator of contoso, Owner of no subscription\n/,
  );
});
