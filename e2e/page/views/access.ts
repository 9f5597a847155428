import type { Resource } from '@managed-identity-lab/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';
import { frame, hold } from '../held.ts';

const oneLine = (command: string): string => command.replaceAll(/\s*\\\n\s*/g, ' ');

/** Identities and access: looked at, changed by the page alone, and the changes asked for where they are made. */
export function accessSuite(context: PageContext): void {
  beforeAll(async () => {
    await context.api.state.reset();
  });
  afterAll(async () => {
    await context.api.state.reset();
  });

  const named = async (kind: string, name: string): Promise<Resource> => {
    const found = (await context.api.state.resources(kind)).find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${kind} ${name}`);
    return found;
  };
  const identitiesOf = async (machine: string) =>
    ((await named('virtualMachine', machine)).identities as { identityType: string; resourceId: string }[]).map(
      ({ identityType, resourceId }) => `${identityType} ${resourceId.split('/').at(-1)}`,
    );
  const rolesOf = async (principal: string) => {
    const [assignments, principals] = await Promise.all([
      context.api.state.resources('roleAssignment'),
      context.api.state.resources('servicePrincipal'),
    ]);
    const id = principals.find(({ displayName }) => displayName === principal)?.principalId;
    return assignments.filter(({ principalId }) => principalId === id);
  };
  const open = (at?: string, more = '') =>
    context.open(`access${at === undefined ? '' : `?at=${encodeURIComponent(at)}`}${more}`);
  const dialog = (page: Page) => page.getByRole('dialog');
  const choose = async (page: Page, label: string, option: string | RegExp) => {
    await page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
    await page.getByRole('option', { name: option }).click();
  };
  /** Says yes to what the dialog asks, and waits until it is done. */
  const doIt = async (page: Page, button = 'Do it') => {
    await dialog(page).getByRole('button', { name: button }).click();
    await page.getByRole('status').filter({ hasText: 'Done:' }).waitFor();
    await dialog(page).waitFor({ state: 'detached' });
  };
  /** As one line. */
  const commandIn = async (page: Page) =>
    oneLine(
      await dialog(page)
        .getByRole('region', { name: /Azure CLI/ })
        .innerText(),
    );

  it.each([
    ['English', 'light', 'en', 'light'],
    ['Spanish', 'dark', 'es', 'dark'],
  ] as const)('is sound in %s and %s colours, tree and verdicts', async (_, __, language, colours) => {
    const page = await context.open('access', { language, colours });
    await page.getByRole('heading', { name: 'vm-app01', level: 2 }).waitFor();
    await expectSound(page);
    await page.getByRole('tab').last().click();
    await page.getByRole('row', { name: /vm-app01/ }).waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('shows tenants, subscriptions, groups and what is in them, each under a link of its own', async () => {
    const page = await open();
    const tree = page.getByRole('navigation', { name: 'Resources and identities' });
    for (const name of [
      /^contoso Tenant/,
      /^rg-data/,
      /^kv-lab/,
      /^ConnectionString/,
      /^fabrikam-prod/,
      /^id-orders/,
    ]) {
      await tree.getByRole('link', { name }).waitFor();
    }
    await tree.getByRole('link', { name: /^id-orders/ }).click();
    const { clientId, principalId } = await named('userAssignedIdentity', 'id-orders');
    await page.getByText(String(clientId)).waitFor();
    await page.getByText(String(principalId)).waitFor();
    const shown = page.getByRole('region', { name: 'Identity', exact: true });
    expect(await shown.getByRole('link').allInnerTexts()).toEqual(['vm-app01', 'vm-app02']);
    const address = page.url();
    await page.reload();
    await page.getByRole('heading', { name: 'id-orders', level: 2 }).waitFor();
    expect(page.url()).toBe(address);
    await page.context().close();
  });

  it('turns a system-assigned identity off and on again, and says the command before and after', async () => {
    const page = await open((await named('virtualMachine', 'vm-app02')).id);
    await page.getByRole('button', { name: 'Turn off …' }).click();
    const command = "az vm identity remove -g rg-apps -n vm-app02 --identities '[system]' --subscription contoso-apps";
    expect(await commandIn(page)).toBe(command);
    expect(await identitiesOf('vm-app02')).toEqual(['SystemAssigned vm-app02', 'UserAssigned id-orders']);
    await doIt(page, 'Yes, remove it');
    expect(await identitiesOf('vm-app02')).toEqual(['UserAssigned id-orders']);
    expect(oneLine(await page.getByRole('status').filter({ hasText: 'Done:' }).innerText())).toContain(command);
    await expectSound(page);

    await page.getByRole('button', { name: 'Turn on …' }).click();
    await doIt(page);
    expect(await identitiesOf('vm-app02')).toEqual(['SystemAssigned vm-app02', 'UserAssigned id-orders']);
    await page.getByText('It has no role: it gets tokens, and may do nothing with them.').waitFor();
    await page.context().close();
  });

  it('opens what a link names, as those of exercises do', async () => {
    const page = await context.open('access?resource=kv-lab');
    await page.getByRole('heading', { name: 'kv-lab', level: 2 }).waitFor();
    await page.getByRole('link', { name: 'Who may do this, and why?' }).click();
    await page.getByRole('button', { name: /List secrets Operation$/ }).waitFor();
    await page.context().close();
  });

  it('does nothing where a person thinks better of it', async () => {
    const page = await open((await named('virtualMachine', 'vm-app01')).id);
    await page.getByRole('button', { name: 'Delete …' }).click();
    expect(await commandIn(page)).toBe('az vm delete -g rg-apps -n vm-app01 --yes --subscription contoso-apps');
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await named('virtualMachine', 'vm-app01');
    await page.context().close();
  });

  it('assigns and removes user-assigned identities', async () => {
    const page = await open((await named('virtualMachine', 'vm-app02')).id);
    await choose(page, 'Another identity', 'id-pod');
    await page.getByRole('button', { name: 'Assign …', exact: true }).click();
    expect(await commandIn(page)).toMatch(/^az vm identity assign -g rg-apps -n vm-app02 --identities \S+\/id-pod /);
    await doIt(page);
    expect((await identitiesOf('vm-app02')).sort()).toEqual([
      'SystemAssigned vm-app02',
      'UserAssigned id-orders',
      'UserAssigned id-pod',
    ]);
    await page.getByRole('button', { name: 'Remove id-orders' }).click();
    await doIt(page, 'Yes, remove it');
    expect((await identitiesOf('vm-app02')).sort()).toEqual(['SystemAssigned vm-app02', 'UserAssigned id-pod']);
    await page.context().close();
  });

  it('makes an identity, gives it a role, takes the role away, and deletes the identity', async () => {
    const { id: group } = await named('resourceGroup', 'rg-apps');
    const page = await open(group);
    await page.getByRole('button', { name: 'Create an identity' }).click();
    await dialog(page).getByRole('textbox', { name: 'Name' }).fill('id-reports');
    expect(await commandIn(page)).toBe(
      'az identity create -g rg-apps -n id-reports -l westeurope --subscription contoso-apps',
    );
    await doIt(page);
    await page.getByRole('link', { name: /^id-reports/ }).click();
    await page.getByRole('heading', { name: 'id-reports', level: 2 }).waitFor();

    await page.getByRole('button', { name: 'Assign a role …' }).first().click();
    await choose(page, 'Role', 'Key Vault Secrets User');
    await choose(page, 'Scope', /^kv-lab Key vault/);
    expect(await commandIn(page)).toMatch(
      /^az role assignment create --assignee-object-id \S+ --assignee-principal-type ServicePrincipal --role 'Key Vault Secrets User' --scope \S+kv-lab --subscription contoso-data$/,
    );
    await expectSound(page);
    await doIt(page);
    expect((await rolesOf('id-reports')).map(({ scope }) => String(scope).split('/').at(-1))).toEqual(['kv-lab']);

    await page.getByRole('button', { name: 'Remove Key Vault Secrets User of id-reports' }).click();
    await doIt(page, 'Yes, remove it');
    expect(await rolesOf('id-reports')).toEqual([]);

    await page.getByRole('button', { name: 'Delete …' }).click();
    await doIt(page, 'Yes, remove it');
    await page.getByRole('link', { name: /^id-reports/ }).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it("shows Azure's refusal, and changes nothing then", async () => {
    const { id } = await named('vault', 'kv-lab');
    const page = await open(id);
    await page.getByRole('button', { name: 'Assign a role …' }).click();
    await choose(page, 'Principal', /^vm-app01/);
    await choose(page, 'Role', 'Key Vault Secrets User');
    await dialog(page).getByRole('button', { name: 'Do it' }).click();
    await dialog(page)
      .getByText(/409 RoleAssignmentExists/)
      .waitFor();
    expect(await rolesOf('vm-app01')).toHaveLength(2);
    await page.context().close();
  });

  it('says who may read a secret, and why, and follows what changes elsewhere', async () => {
    const { id } = await named('secret', 'ConnectionString');
    const page = await open(id, '&tab=who');
    const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name} `) });
    await row('vm-app01').getByText('Key Vault Secrets User').waitFor();
    expect(await row('vm-app01').getByText('allowed').count()).toBe(1);
    expect(await row('id-orders').getByText('Nothing allows it.').count()).toBe(1);
    await row('operator').getByText('Of another tenant: its tokens are refused.').waitFor();

    const [role] = (await rolesOf('vm-app01')).filter(({ scope }) => String(scope).endsWith('kv-lab'));
    const { body } = await context.api.azure.ask({ method: 'DELETE', path: `${role?.id}?api-version=2022-04-01` });
    await row('vm-app01').getByText('refused').waitFor();
    await context.api.azure.ask({ method: 'PUT', path: `${role?.id}?api-version=2022-04-01`, body: body as object });
    await row('vm-app01').getByText('allowed').waitFor();
    await page.context().close();
  });

  it('goes on saying who may while it asks again, as whenever somebody changes something', async () => {
    const { id } = await named('secret', 'ConnectionString');
    const { id: group } = await named('resourceGroup', 'rg-apps');
    const path = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-elsewhere?api-version=2023-01-31`;
    const page = await open(id, '&tab=who');
    await page.getByText('Live').waitFor();
    await page.getByRole('row', { name: /^vm-app01 / }).waitFor();
    const access = await hold(page, '**/lab/v1/access?*');
    await context.api.azure.ask({ method: 'PUT', path, body: { location: 'westeurope' } });
    await expect.poll(access.asked).toBeGreaterThan(0);
    await frame(page);
    expect(await page.getByRole('row', { name: /^vm-app01 / }).count()).toBe(1);
    access.release();
    await page.getByRole('row', { name: /^id-elsewhere / }).waitFor();
    await context.api.azure.ask({ method: 'DELETE', path });
    await page.context().close();
  });

  it('gives a role where one is missing, and the verdict changes', async () => {
    const { id } = await named('secret', 'ConnectionString');
    const page = await open(id, '&tab=who&question=getSecret');
    await page.getByRole('button', { name: 'Assign a role to id-orders' }).click();
    await choose(page, 'Role', 'Key Vault Secrets User');
    await doIt(page);
    await page.getByRole('row', { name: /^id-orders .*allowed/ }).waitFor();
    await page.context().close();
  });

  it('rotates the certificate of an identity and the signing keys, for which Azure has no command', async () => {
    const page = await open((await named('virtualMachine', 'vm-app01')).id);
    await page.getByRole('button', { name: 'Rotate the certificate …' }).click();
    await dialog(page).getByText('Azure has no command for this', { exact: false }).waitFor();
    await doIt(page);
    await page.getByRole('button', { name: 'Rotate signing keys …' }).click();
    await doIt(page);
    await page.getByText('What was answered').click();
    await page.getByText('"current"').waitFor();
    await page.context().close();
  });

  it('deletes a machine, whose role assignments stay behind, and says so', async () => {
    const page = await open((await named('virtualMachine', 'vm-app02')).id);
    await page.getByRole('button', { name: 'Delete …' }).click();
    await doIt(page, 'Yes, remove it');
    await page.getByText('What the address names does not exist any more.').waitFor();
    await page.getByRole('tab', { name: 'Who may do this, and why?' }).click();
    const orphan = page.getByRole('row', { name: /Identity not found/ });
    await orphan.getByText('Deleted: nobody gets a token as it.').waitFor();
    await page.context().close();
  });
}
