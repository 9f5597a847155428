import type { Page } from 'playwright-core';
import { it } from 'vitest';
import type { PageContext } from '../../context.ts';
import { passExercise } from './exercise.ts';

export function imdsFailingSuite(context: PageContext): void {
  it('imds-failing: a fault, the program that asks again, and its secret', async () => {
    await passExercise(
      context,
      'imds-failing',
      async ({ elsewhere }) => {
        await elsewhere('faults and clock', async (page) => {
          await choose(page, 'Service', 'Instance Metadata Service');
          await choose(page, 'Operation', 'GetManagedIdentityToken');
          await choose(page, 'Status', /^503/);
          await page.getByRole('spinbutton', { name: 'Requests' }).fill('3');
          await page.getByRole('button', { name: 'Set the fault' }).click();
          await page.getByText('It is in force.').waitFor();
          await page.getByRole('link', { name: 'Start', exact: true }).click();
          await page.getByRole('button', { name: /^Run on (app|vm-app01)$/ }).click();
          await page.getByText(/Succeeded in/).waitFor();
        });
      },
      async (page) => {
        await page
          .getByText(/The SDK asked again by itself: [34] requests, with pauses of [\d., ]+ seconds\./)
          .waitFor();
      },
    );
  });
}

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: label }).first().click();
  await page.getByRole('option', { name: option, exact: typeof option === 'string' }).click();
}
