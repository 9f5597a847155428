import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import { FIRST_WORKLOAD, type PageContext } from '../context.ts';
import { hold } from '../held.ts';
import { itInContainers } from '../in-containers.ts';

export function tokensSuite(context: PageContext): void {
  it.each(['light', 'dark'] as const)('is sound in %s colours, with a token looked into', async (colours) => {
    const page = await context.open('tokens', { colours });
    await forge(page);
    await report(page, 'Key Vault kv-lab').getByText('accepted').first().waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('gets a token as a program on the machine does, and says what each claim is for, in lab time', async () => {
    const page = await context.open('tokens');
    await page.getByRole('button', { name: 'Get a token' }).click();
    await page.getByText('Signed by Entra, and nothing was changed since.').waitFor();
    await page.getByText('of the tenant contoso').waitFor();
    // With the key that Entra publishes, and the one that the token names.
    const keys = await context.api.request(FIRST_WORKLOAD, {
      method: 'GET',
      url: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
      headers: [],
    });
    const published = JSON.parse('body' in keys ? keys.body : '').keys as { kid: string; n: string }[];
    const [header = ''] = (await page.getByRole('textbox', { name: 'Token' }).inputValue()).split('.');
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
    await page.getByText(`The published key ${kid}`).click();
    await page.getByText("From Entra's key set (JWKS)").waitFor();
    const shown = await page.getByLabel(`The published key ${kid}`).textContent();
    expect(JSON.parse(shown ?? '')).toMatchObject({ kid, n: published.find((key) => key.kid === kid)?.n });
    const claim = (name: string) =>
      page.getByRole('definition').filter({ has: page.getByText(name, { exact: false }) });
    await claim('The object id of the service principal').waitFor();
    expect(await claim('When it ends.').textContent()).toMatch(/in (1 d|2[34] h).*by the lab's clock/);
    const own = await context.api.state.resources('servicePrincipal');
    const identity = own.find(({ displayName }) => displayName === 'vm-app01');
    expect(await page.getByText(String(identity?.principalId)).count()).toBeGreaterThan(0);
    // Accepted where it is for, with the role assignment that decides; refused by the other company, and by all others.
    await report(page, 'Key Vault kv-lab').getByText('a role assignment lets its identity read').waitFor();
    await report(page, 'Key Vault kv-lab')
      .getByText(/^Access:/)
      .click();
    await report(page, 'Key Vault kv-lab').getByText('Key Vault Secrets User').waitFor();
    await report(page, 'Key Vault kv-fabrikam').getByText('refused').waitFor();
    await report(page, 'Storage account stlab').getByText('It is for somebody else.').waitFor();
    await page.context().close();
  });

  it.each([
    ['alg-none', 'It is not signed with RS256'],
    ['foreign-key', 'The signature does not fit'],
    ['expired', 'It has expired.'],
  ])('forges one that is %s, says which check stops it, and the vault says the same in earnest', async (flaw, why) => {
    const page = await context.open('tokens');
    await forge(page, flaw);
    const vault = report(page, 'Key Vault kv-lab');
    await vault.getByText(why).waitFor();
    await vault.getByText('401 Unauthorized').click();
    await vault.getByRole('button', { name: 'Send it for real to Key Vault kv-lab' }).click();
    await vault.getByRole('status').getByText('401').waitFor();
    await vault.getByText('as foretold', { exact: true }).waitFor();
    await page.context().close();
  });

  it('leads from a token that was sent to its flow', async () => {
    const page = await context.open('tokens');
    await forge(page);
    const vault = report(page, 'Key Vault kv-lab');
    await vault.getByRole('button', { name: 'Send it for real to Key Vault kv-lab' }).click();
    await vault.getByRole('status').getByText('200').waitFor();
    const link = vault.getByRole('link', { name: 'Look at the flow' });
    expect(await link.getAttribute('href')).toMatch(/^#\/flow\?flow=/);
    await page.context().close();
  });

  it('decodes a token of somebody else’s in the page alone: it is sent to nobody and kept nowhere', async () => {
    const page = await context.open('tokens');
    await page.getByRole('button', { name: 'Get a token' }).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.url()}\n${request.postData() ?? ''}`));
    const tenant = randomUUID();
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const parts = [
      encode({ alg: 'RS256', typ: 'JWT', kid: 'somebody' }),
      encode({ iss: `https://sts.windows.net/${tenant}/`, tid: tenant, oid: randomUUID(), exp: 9_999_999_999 }),
      Buffer.from(randomUUID()).toString('base64url'),
    ];
    const token = parts.join('.');
    const { cursor } = await context.api.events.list({ limit: 1000 });
    await page.getByRole('textbox', { name: 'Token' }).fill(`Authorization: Bearer ${token}`);
    await page.getByText('This token is not of this lab').waitFor();
    expect(await page.getByText(tenant).count()).toBeGreaterThan(0);
    expect(await page.getByRole('heading', { name: 'What each service says' }).count()).toBe(0);
    await expectSound(page);
    // The page goes on asking what is in force, and nothing of what it asks has to do with the token.
    await expect.poll(() => asked.some((request) => request.includes('/clock'))).toBe(true);
    const secrets = [...parts, tenant];
    expect(asked.filter((request) => secrets.some((secret) => request.includes(secret)))).toEqual([]);
    const kept = await page.evaluate<string>(KEPT);
    expect(secrets.filter((secret) => kept.includes(secret))).toEqual([]);
    const { events } = await context.api.events.list({ since: cursor, limit: 1000 });
    expect(secrets.filter((secret) => JSON.stringify(events).includes(secret))).toEqual([]);
    await page.reload();
    await page.getByRole('textbox', { name: 'Token' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Token' }).inputValue()).toBe('');
    await page.context().close();
  });

  it('keeps a token of the lab out of the address, the history and every storage', async () => {
    const page = await context.open('tokens');
    await forge(page);
    const token = await page.getByRole('textbox', { name: 'Token' }).inputValue();
    await page.getByText('What each service says').waitFor();
    const kept = await page.evaluate<string>(KEPT);
    expect(kept).not.toContain(token.slice(0, 40));
    const { events } = await context.api.events.list({ limit: 1000 });
    expect(JSON.stringify(events)).not.toContain(token.split('.')[2]);
    await page.context().close();
  });

  it('takes a whole answer for the token in it, and says what is none', async () => {
    const page = await context.open('tokens');
    const { token } = await context.api.tokens.forge({ principal: 'vm-app01', audience: 'https://vault.azure.net' });
    const field = page.getByRole('textbox', { name: 'Token' });
    await field.fill('not a token');
    await page.getByText('That is no JSON Web Token').waitFor();
    await field.fill(JSON.stringify({ access_token: token, token_type: 'Bearer' }, undefined, 2));
    await page.getByText('of the tenant contoso').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText('of the tenant contoso').waitFor({ state: 'detached' });
    await page.context().close();
  });

  itInContainers('shows what a machine without identity gets', async () => {
    const page = await context.open('tokens');
    await choose(page, 'As a program on', 'outsider');
    await page.getByRole('button', { name: 'Get a token' }).click();
    await page.getByText('No route to that address').waitFor();
    await page.context().close();
  });

  it('says that the lab does not answer, asks again, and offers machines when it knows them', async () => {
    const page = await context.open('start');
    let isSilent = true;
    await page.route('**/lab/v1/workloads', (route) => (isSilent ? route.abort('connectionreset') : route.fallback()));
    await page.goto(`${context.url}/#/tokens`);
    await page.getByText('The lab does not answer.').waitFor();
    expect(await page.getByRole('button', { name: 'As a program on' }).isDisabled()).toBe(true);
    isSilent = false;
    await choose(page, 'As a program on', 'vm-app01');
    expect(await page.getByText('The lab does not answer.').count()).toBe(0);
    await page.context().close();
  });

  it('forges nothing before it knows for whom one begins', async () => {
    const page = await context.open('start');
    const workloads = await hold(page, '**/lab/v1/workloads');
    await page.goto(`${context.url}/#/tokens`);
    await page.getByRole('button', { name: /Of$/, disabled: false }).waitFor();
    expect(await page.getByRole('button', { name: 'Forge it' }).isDisabled()).toBe(true);
    workloads.release();
    await page.getByRole('button', { name: 'vm-app01 Of' }).waitFor();
    await page.getByRole('button', { name: 'Forge it', disabled: false }).waitFor();
    await page.context().close();
  });

  it('speaks Spanish', async () => {
    const page = await context.open('tokens', { language: 'es' });
    await page.getByRole('button', { name: 'Falsificarlo' }).click();
    await page.getByText('del inquilino contoso').waitFor();
    await page.getByText('Qué dice cada servicio').waitFor();
    await page.context().close();
  });
}

/** Everything in which a page can leave something behind. */
const KEPT =
  'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href, document.cookie])';

const report = (page: Page, name: string) => page.getByRole('article', { name });

async function forge(page: Page, flaw?: string): Promise<void> {
  if (flaw !== undefined) await choose(page, 'What is wrong', flaw);
  await page.getByRole('button', { name: 'Forge it' }).click();
  await page.getByRole('heading', { name: 'What each service says' }).waitFor();
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  // What the choice is about is part of its name.
  await page.getByRole('option', { name: new RegExp(`^${option}(?!-)`) }).click();
}
