import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';

export function startSuite(context: PageContext): void {
  it('runs the program inside the virtual machine, and says what came of each step', async () => {
    const page = await context.open('start');
    await page.getByRole('button', { name: /^Run on (app|vm-app01)$/ }).click();
    await page.getByText(/Succeeded in/).waitFor();
    expect(await page.getByText('Read a secret').count()).toBe(1);
    await expectSound(page);
    await page.context().close();
  });

  it('shows every part of the lab, and that it is ready', async () => {
    const page = await context.open('start');
    const { parts } = await context.api.health();
    await page.getByRole('listitem').filter({ hasText: 'Microsoft Entra ID' }).waitFor();
    expect(await page.getByRole('list').last().getByRole('listitem').count()).toBe(parts.length);
    await page.context().close();
  });
}
