import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  FOREIGN_SUBSCRIPTION,
  FOREIGNER,
  failure,
  GROUP,
  OWNER,
  STRANGER,
  SUBSCRIPTION,
  startTestArm,
  TENANT,
  type TestArm,
} from '../testing.ts';

let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
});
afterEach(() => arm.close());

const subscriptionsOf = async (as: string): Promise<string[]> =>
  (await arm.ask('GET', '/subscriptions', { as })).body.value.map(({ id }: { id: string }) => id);

it('shows those subscriptions of the own tenant in which the caller has a role', async () => {
  expect(await subscriptionsOf(OWNER)).toEqual([SUBSCRIPTION]);
  expect(await subscriptionsOf(FOREIGNER)).toEqual([FOREIGN_SUBSCRIPTION]);
  expect(await subscriptionsOf(STRANGER)).toEqual([]);
  arm.assign(STRANGER, 'Key Vault Secrets User', `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-lab`);
  expect(await subscriptionsOf(STRANGER)).toEqual([SUBSCRIPTION]);
  arm.assign(STRANGER, 'Owner', FOREIGN_SUBSCRIPTION);
  expect(await subscriptionsOf(STRANGER)).toEqual([SUBSCRIPTION]);
});

it('shows a subscription as clients know it', async () => {
  const { body } = await arm.ask('GET', '/subscriptions');
  expect(body).toEqual({
    value: [
      {
        id: SUBSCRIPTION,
        authorizationSource: 'RoleBased',
        managedByTenants: [],
        subscriptionId: SUBSCRIPTION.split('/')[2],
        tenantId: TENANT,
        displayName: 'sub of 1',
        state: 'Enabled',
        subscriptionPolicies: {
          locationPlacementId: 'Public_2014-09-01',
          quotaId: 'PayAsYouGo_2014-09-01',
          spendingLimit: 'Off',
        },
      },
    ],
    count: { type: 'Total', value: 1 },
  });
  expect((await arm.ask('GET', SUBSCRIPTION)).body).toEqual(body.value[0]);
});

it('shows name, regions and providers of a subscription to whom has a role anywhere in it', async () => {
  const paths = ['', '/locations', '/providers', '/providers/Microsoft.Compute', '/resources'];
  for (const path of paths) {
    expect((await arm.ask('GET', `${SUBSCRIPTION}${path}`, { as: STRANGER })).status).toBe(403);
  }
  arm.assign(STRANGER, 'Key Vault Secrets User', GROUP);
  for (const path of paths) {
    expect((await arm.ask('GET', `${SUBSCRIPTION}${path}`, { as: STRANGER })).status).toBe(200);
  }
  expect((await arm.ask('GET', `${SUBSCRIPTION}/resourceGroups`, { as: STRANGER })).body.value).toEqual([]);
});

it('shows the own tenant', async () => {
  expect((await arm.ask('GET', '/tenants', { as: STRANGER })).body.value).toEqual([
    {
      id: `/tenants/${TENANT}`,
      tenantId: TENANT,
      countryCode: 'DE',
      displayName: 'CONTOSO',
      domains: ['contoso.onmicrosoft.com'],
      tenantCategory: 'Home',
      defaultDomain: 'contoso.onmicrosoft.com',
      tenantType: 'AAD',
    },
  ]);
});

it('says of a provider which types it has, and in which versions', async () => {
  const { body } = await arm.ask('GET', `${SUBSCRIPTION}/providers/microsoft.compute`);
  expect([body.namespace, body.registrationState]).toEqual(['Microsoft.Compute', 'Registered']);
  const machines = body.resourceTypes.find((one: { resourceType: string }) => one.resourceType === 'virtualMachines');
  expect(machines.apiVersions[0]).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(machines.locations).toContain('West Europe');
  expect((await arm.ask('POST', `${SUBSCRIPTION}/providers/Microsoft.Compute/register`)).status).toBe(200);
  expect(failure(await arm.ask('GET', `${SUBSCRIPTION}/providers/Microsoft.Sql`))).toBe('404 InvalidResourceNamespace');
  expect((await arm.ask('GET', '/providers/Microsoft.Web', { as: STRANGER })).body.resourceTypes).toHaveLength(1);
});
