import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';
import { frame, hold } from '../held.ts';
import { itInContainers } from '../in-containers.ts';

export function startSuite(context: PageContext): void {
  it('runs the program inside the virtual machine, and says what came of each step', async () => {
    const page = await context.open('start');
    await page.getByRole('button', { name: 'Run on vm-app01' }).click();
    await page.getByText(/Succeeded in/).waitFor();
    expect(await page.getByText('Read a secret').count()).toBe(1);
    await expectSound(page);
    await page.context().close();
  });

  it('shows every part of the lab, and that it is ready', async () => {
    const page = await context.open('start');
    const { parts } = await context.api.health();
    const shown = page.getByRole('region', { name: 'Parts of the lab' }).getByRole('listitem');
    await shown.filter({ hasText: 'Microsoft Entra ID' }).waitFor();
    expect(await shown.count()).toBe(parts.filter(({ kind }) => kind !== 'workload').length);
    // A part that was started again just now is ready a moment later.
    await expect.poll(() => shown.filter({ hasText: 'not ready' }).count()).toBe(0);
    await page.context().close();
  });

  it('waits for how the parts are, however long it takes to find out', async () => {
    const page = await context.open('start');
    const health = await hold(page, '**/lab/v1/health');
    await page.clock.install();
    await page.reload();
    await expect.poll(health.asked).toBe(1);
    await page.clock.fastForward(60_000);
    await frame(page);
    expect(health.asked()).toBe(1);
    health.release();
    const shown = page.getByRole('region', { name: 'Parts of the lab' }).getByRole('listitem');
    await shown.filter({ hasText: 'Microsoft Entra ID' }).waitFor();
    await page.context().close();
  });

  it('shows every machine that is there', async () => {
    const page = await context.open('start', { language: 'es' });
    const workloads = await context.api.workloads();
    for (const { machine } of workloads.filter(({ running }) => running)) {
      await page.getByRole('heading', { level: 2, name: machine, exact: true }).waitFor();
    }
    await page.context().close();
  });

  itInContainers('the same program fails outside, and says at which step', async () => {
    const page = await context.open('start');
    await page.getByRole('button', { name: 'Run on outsider' }).click();
    await page.getByText(/Failed after/).waitFor({ timeout: 60_000 });
    const step = page.getByRole('listitem').filter({ hasText: 'Read a secret' });
    expect(await step.getByRole('region', { name: 'Message' }).textContent()).toMatch(/credential|authentication/i);
    await expectSound(page);
    await page.context().close();
  });
}
