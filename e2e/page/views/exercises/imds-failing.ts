import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { PageContext } from '../../context.ts';
import { beginExercise, checkExercise } from './exercise.ts';

export function imdsFailingSuite(context: PageContext): void {
  it('imds-failing: a fault, the program that asks again, and its secret', async () => {
    const page = await context.open('exercises/imds-failing');
    await beginExercise(page);
    expect(await checkExercise(page)).toEqual([false, false, false, false]);

    await page.getByRole('main').getByRole('link', { name: 'faults and clock' }).click();
    await choose(page, 'Service', 'Instance Metadata Service');
    await choose(page, 'Operation', 'GetManagedIdentityToken');
    await choose(page, 'Status', /^503/);
    await page.getByRole('spinbutton', { name: 'Requests' }).fill('3');
    await page.getByRole('button', { name: 'Set the fault' }).click();
    await page.getByText('It is in force.').waitFor();
    await page.getByRole('link', { name: 'Start', exact: true }).click();
    await page.getByRole('button', { name: /^Run on (app|vm-app01)$/ }).click();
    await page.getByText(/Succeeded in/).waitFor();

    await page.goto(`${context.url}/#/exercises/imds-failing`);
    expect(await checkExercise(page)).toEqual([true, true, true, true]);
    await page.getByText(/The SDK asked again by itself: [34] requests, with pauses of [\d., ]+ seconds\./).waitFor();
    await page.getByText('Done!').waitFor();
    await page.context().close();
  });
}

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: label }).first().click();
  await page.getByRole('option', { name: option, exact: typeof option === 'string' }).click();
}
