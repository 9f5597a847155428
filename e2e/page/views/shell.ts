import { expect, it } from 'vitest';
import { eventually } from '../../lab.ts';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';
import { itInContainers } from '../in-containers.ts';

export function shellSuite(context: PageContext): void {
  it.each(['light', 'dark'] as const)('is sound in %s colours', async (colours) => {
    const page = await context.open('start', { colours });
    await page.getByText('Live').waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('speaks the language of the browser, and the one that is chosen, which it remembers', async () => {
    const page = await context.open('start', { language: 'es' });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Un programa sin contraseña');
    await page.getByRole('button', { name: /Idioma/ }).click();
    await page.getByRole('option', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'A program without a password' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'A program without a password' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.context().close();
  });

  it('is walked through by keyboard, and begins with a way past the navigation', async () => {
    const page = await context.open('start');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('To the content');
    await page.keyboard.press('Enter');
    expect(await page.locator('main:focus').count()).toBe(1);
    await page.context().close();
  });

  it('shows something within a second', async () => {
    const page = await context.open('start');
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const firstPaint = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.POSITIVE_INFINITY,
    );
    expect(firstPaint).toBeLessThan(1_000);
    await page.context().close();
  });

  itInContainers('says that the stream is lost when the portal restarts, and heals with a new session', async () => {
    const page = await context.open('start');
    await page.getByText('Live').waitFor();
    await context.containers.compose('stop', '--timeout', '2', 'portal');
    await page.getByText('Connection lost').waitFor();
    await context.containers.compose('start', 'portal');
    await page.getByText('The connection is back').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Run on vm-app01' }).click();
    await page.getByText(/Succeeded in/).waitFor();
    await page.context().close();
  });

  itInContainers('says which service was restarted', async () => {
    const page = await context.open('start');
    await page.getByText('Live').waitFor();
    const ask = () => context.containers.send('app', [{ url: 'https://management.azure.com/' }]);
    // All streams are told in the same round: what this one has heard, the page has heard.
    const stop = new AbortController();
    const heard = context.api.events.stream({ service: 'arm' }, { signal: stop.signal }).next();
    await eventually(async () => (await ask()) && Promise.race([heard, undefined]), 30_000, 'an event of arm');
    stop.abort();
    await context.containers.compose('restart', '--timeout', '2', 'arm');
    await eventually(async () => (await ask())[0]?.status, 30_000, 'arm answers again');
    await page.getByText('arm was restarted').waitFor({ timeout: 60_000 });
    await page.context().close();
  });
}
