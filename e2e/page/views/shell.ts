import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { eventually } from '../../lab.ts';
import { expectSound } from '../accessible.ts';
import { complaintsOf, type RunningContext } from '../context.ts';
import { itInContainers } from '../in-containers.ts';
import { expectOwnFilesOnly } from '../served-page.ts';
import { flowSteps } from './flow-steps.ts';
import { quantile } from './frames.ts';

/** Its flow, and the request with its answer. */
const ROWS_OF_A_REQUEST = 2;

const ADD_INLINE_SCRIPT = `{
  const script = document.createElement('script');
  script.textContent = 'globalThis.isInlineRun = true';
  document.body.append(script);
}`;

export function shellSuite(context: RunningContext): void {
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

  it.each(['start', 'flow'])('shows something of %s within a second: the first time, and again', async (view) => {
    const firstPaint = (page: Page) =>
      page.evaluate(
        () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.POSITIVE_INFINITY,
      );
    const [first, again]: [number[], number[]] = [[], []];
    while (first.length < 3) {
      // In a browser that has never been there, and has nothing of it.
      const page = await context.open(view);
      first.push(await firstPaint(page));
      await page.reload();
      await page.getByRole('heading', { level: 1 }).waitFor();
      again.push(await firstPaint(page));
      await page.context().close();
    }
    expect(quantile(first, 0.5), `the first time: ${first.map(Math.round).join(', ')} ms`).toBeLessThan(1_000);
    expect(quantile(again, 0.5), `again: ${again.map(Math.round).join(', ')} ms`).toBeLessThan(1_000);
  });

  it('has no script of its own in the page that is served, and a browser that would run none', async () => {
    await expectOwnFilesOnly(context.url);
    const page = await context.open('start');
    await page.evaluate(ADD_INLINE_SCRIPT);
    const complaints = complaintsOf(page.context());
    await expect.poll(() => complaints).toEqual([expect.stringMatching(/inline script.*Content Security Policy/is)]);
    expect(await page.evaluate('globalThis.isInlineRun')).toBe(undefined);
    complaints.length = 0;
    await page.context().close();
  });

  it.each([
    ['an error in its console', 'console.error("no")', 'no'],
    ['an error that nobody caught', 'setTimeout(() => { throw new Error("not caught") })', 'not caught'],
    ['a request to another origin', 'void fetch("http://elsewhere.invalid/").catch(() => {})', 'elsewhere.invalid'],
    ['leaving for another origin', 'void window.open("http://elsewhere.invalid/")', 'asked http://elsewhere.invalid/'],
  ])('is watched by every test: %s is noticed', async (_, script, said) => {
    const page = await context.open('start');
    await page.evaluate(script);
    const complaints = complaintsOf(page.context());
    await expect.poll(() => complaints.join('\n')).toContain(said);
    expect(await context.endTest()).toEqual(complaints);
    expect(await context.endTest()).toEqual([]);
  });

  itInContainers('says that the stream is lost when the portal restarts, and heals with a new session', async () => {
    // Something of outsider is there, so that there are rows to count.
    const { send, compose } = context.containers;
    const ask = () => send('outsider', [{ url: 'https://kv-lab.vault.azure.net/secrets?api-version=7.4' }]);
    await ask();
    const page = await context.open('flow?workload=outsider');
    await page.getByText('Live').waitFor();
    const rows = async () => Number(await flowSteps(page).last().getAttribute('aria-setsize'));
    await expect.poll(rows).toBeGreaterThan(0);
    await compose('stop', '--timeout', '2', 'portal');
    await page.getByText('Connection lost').waitFor();
    const before = await rows();
    expect((await ask())[0]?.status).toBe(401);
    expect(await rows()).toBe(before);
    await compose('start', 'portal');
    await page.getByText('The connection is back').waitFor({ timeout: 60_000 });
    // What happened meanwhile is told: its name was looked up, too.
    await expect.poll(rows, { timeout: 10_000 }).toBeGreaterThanOrEqual(before + ROWS_OF_A_REQUEST);
    await page.goto(`${context.url}/#/start`);
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
    await page.getByText('Resource Manager was restarted').waitFor({ timeout: 60_000 });
    await page.context().close();
  });
}
