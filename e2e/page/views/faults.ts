import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import { FIRST_WORKLOAD, type PageContext } from '../context.ts';

export function faultsSuite(context: PageContext): void {
  afterEach(async () => {
    const { offsetSeconds, heldAt } = await context.api.clock.read();
    if (offsetSeconds > 0 || heldAt !== null) await context.api.state.reset();
    else await context.api.faults.clear();
  });

  it.each(['light', 'dark'] as const)('is sound in %s colours, with something in force', async (colours) => {
    await context.api.faults.add({ service: 'keyvault', operation: 'GetSecret', times: 1, effect: { status: 503 } });
    const page = await context.open('faults', { colours });
    await page.getByRole('cell', { name: 'refused with 503' }).waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('makes the vault busy, which a program lives through, and says so everywhere', async () => {
    const page = await context.open('faults');
    await page.getByRole('button', { name: 'Key Vault is busy twice' }).click();
    await page.getByRole('cell', { name: 'refused with 429 · Retry-After: 1' }).waitFor();
    const inForce = page.getByRole('banner').getByRole('status').filter({ hasText: 'fault' });
    await inForce.getByText('1 fault').waitFor();
    await page.getByRole('link', { name: 'Tokens' }).click();
    await page.getByRole('heading', { level: 1, name: 'Tokens' }).waitFor();
    await inForce.getByText('1 fault').click();
    await page.getByRole('heading', { level: 1, name: 'Faults and clock' }).waitFor();
    expect((await context.api.run(FIRST_WORKLOAD)).outcome).toBe('succeeded');
    await page.getByText('used up').waitFor();
    await inForce.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Remove the fault of Key Vault' }).click();
    await page.getByText('No faults: every service answers as usual.').waitFor();
    await page.context().close();
  });

  it('offers of each service what it has, and sets a fault of somebody’s own', async () => {
    const page = await context.open('faults');
    await choose(page, 'Service', 'Instance Metadata Service');
    await page.getByRole('button', { name: 'Status' }).click();
    const kinds = await context.api.faults.kinds();
    const imds = kinds.find(({ service }) => service === 'imds');
    const offered = page.getByRole('listbox', { name: 'Status' }).getByRole('option');
    await offered.first().waitFor();
    expect(await offered.allTextContents()).toEqual(imds?.statuses.map(({ status, code }) => `${status}${code}`));
    await page.getByRole('option', { name: '410' }).click();
    await choose(page, 'Operation', 'GetManagedIdentityToken');
    await choose(page, 'For how long', 'until removed');
    await page.getByRole('button', { name: 'Set the fault' }).click();
    await page.getByText('It is in force.').waitFor();
    const [fault] = await context.api.faults.list();
    expect(fault).toMatchObject({ service: 'imds', operation: 'GetManagedIdentityToken', effect: { status: 410 } });
    await page.context().close();
  });

  it('sends nothing that cannot be', async () => {
    const page = await context.open('faults');
    await page.getByRole('spinbutton', { name: 'Requests' }).fill('0');
    await page.getByText('A number is needed here').waitFor();
    expect(await page.getByRole('button', { name: 'Set the fault' }).isDisabled()).toBe(true);
    await page.context().close();
  });

  it('moves the clock, names who was started again, and leads back to the present by a reset', async () => {
    const page = await context.open('faults');
    await context.api.faults.add({ service: 'entra', effect: { delayMs: 1 } });
    await page.getByRole('button', { name: '+ 12 h' }).click();
    await page.getByText(/^Done\./).waitFor();
    const { offsetSeconds } = await context.api.clock.read();
    expect(offsetSeconds).toBe(43_200);
    await page.getByText('Clock + 12 h').waitFor();
    await page.getByRole('switch', { name: 'Let it stand still' }).focus();
    await page.keyboard.press('Space');
    await page.getByText('Clock stands still').waitFor();
    await page.getByRole('button', { name: 'Undo all' }).click();
    const dialog = page.getByRole('dialog', { name: 'The clock cannot go back' });
    await dialog.waitFor();
    await expectSound(page);
    expect(await context.api.faults.list()).toEqual([]);
    expect((await context.api.clock.read()).heldAt).toBeNull();
    await dialog.getByRole('button', { name: 'Reset the lab' }).click();
    await page.getByText(/^\W?the present$/).waitFor();
    expect((await context.api.clock.read()).offsetSeconds).toBe(0);
    await page.getByRole('button', { name: 'Undo all' }).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('undoes faults alone without a question', async () => {
    await context.api.faults.add({ service: 'blob', effect: { cut: true } });
    const page = await context.open('faults');
    await page.getByRole('button', { name: 'Undo all' }).click();
    await page.getByText('No faults: every service answers as usual.').waitFor();
    expect(await context.api.faults.list()).toEqual([]);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  });

  it('speaks Spanish', async () => {
    await context.api.faults.add({ service: 'blob', effect: { halfBody: true } });
    const page = await context.open('faults', { language: 'es' });
    await page.getByRole('cell', { name: 'medio cuerpo' }).waitFor();
    await page.getByText('1 fallo').waitFor();
    await page.context().close();
  });
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: label }).first().click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
