import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';

export function shellSuite(context: PageContext): void {
  it.each(['light', 'dark'] as const)('is sound in %s colours', async (colours) => {
    const page = await context.open('start', { colours });
    await page.getByText('Live').waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('speaks the language of the browser, and the one that is chosen, which it remembers', async () => {
    const page = await context.open('start', { language: 'es' });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Inicio');
    await page.getByRole('button', { name: /Idioma/ }).click();
    await page.getByRole('option', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Start' }).waitFor();
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
}
