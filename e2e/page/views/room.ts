import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';

/** A place at a machine of no container: it is there in every lab, embedded or not. */
const EVA = {
  tenants: [
    {
      name: 'contoso',
      subscriptions: [
        {
          name: 'contoso-workshop',
          resourceGroups: [
            {
              name: 'rg-eva',
              participant: { name: 'eva', machine: 'vm-eva' },
              virtualMachines: [{ name: 'vm-eva', systemAssignedIdentity: true }],
              vaults: [{ name: 'kv-eva', secrets: { Mine: 'of Eva' } }],
            },
          ],
        },
      ],
    },
  ],
};

export function roomSuite(context: PageContext): void {
  const opened: Page[] = [];
  const open = async (...options: Parameters<PageContext['open']>) => {
    const page = await context.open(...options);
    opened.push(page);
    return page;
  };
  const codeOf = async (name: string) =>
    (await context.api.participants.list()).find((one) => one.name === name)?.code ?? '';

  beforeAll(async () => {
    await context.api.state.apply(EVA);
  });
  // Each goes on asking for as long as it is open.
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((page) => page.context().close()));
  });
  afterAll(async () => {
    await context.api.participants.remove('eva');
  });

  it.each(['light', 'dark'] as const)('is sound in %s colours', async (colours) => {
    const page = await open('room', { colours });
    await page.getByRole('rowheader', { name: 'eva' }).waitFor();
    await expectSound(page);
  });

  it('is sound in Spanish', async () => {
    const page = await open('room', { language: 'es' });
    await page.getByRole('button', { name: 'Empezar de nuevo para eva' }).waitFor();
    await expectSound(page);
  });

  describe('the trainer', () => {
    it('sees who shares the lab, with the link of each, beginning with the address in the room', async () => {
      const page = await open('room');
      const row = page.getByRole('row', { name: /^eva/ });
      await row.waitFor();
      expect(await row.getByRole('cell').allInnerTexts()).toEqual(
        expect.arrayContaining([expect.stringMatching(/^vm-eva/), 'rg-eva']),
      );
      await page.getByText('This address leads everybody to their own machine.').waitFor();
      await page.getByRole('textbox', { name: 'Address of the page' }).fill('http://192.168.1.20:8080');
      await row.getByText(`http://192.168.1.20:8080/#/room?code=${await codeOf('eva')}`).waitFor();
      await page.getByText('This address leads everybody').waitFor({ state: 'detached' });
    });

    it('gives a place, and takes it', async () => {
      const { freeMachines } = await askFree(context);
      const page = await open('room');
      if (freeMachines.length === 0) {
        await page.getByText('There is no virtual machine left').waitFor();
        return;
      }
      await page.getByRole('textbox', { name: 'Name of somebody who joins' }).fill('Max!');
      await page.getByText('Up to twelve lower-case letters').waitFor();
      await page.getByRole('textbox', { name: 'Name of somebody who joins' }).fill('max');
      await page.getByRole('button', { name: 'Give a place' }).click();
      const row = page.getByRole('row', { name: /^max/ });
      await row.waitFor();
      await row.getByRole('button', { name: 'Remove max' }).click();
      const dialog = page.getByRole('dialog', { name: 'Remove max' });
      await expectSound(page);
      await dialog.getByRole('button', { name: 'Remove' }).click();
      await row.waitFor({ state: 'detached' });
    });

    it('has the lab in its known state in less than five seconds, and who shares it keeps their place', async () => {
      const page = await open('room');
      await page.getByRole('button', { name: 'Reset the lab' }).click();
      await page.getByRole('button', { name: 'Reset everything' }).click();
      const done = page.getByText(/It took [\d.]+ s/);
      await done.waitFor();
      expect(Number(/took ([\d.]+) s/.exec(await done.innerText())?.[1])).toBeLessThan(5);
      await page.getByRole('button', { name: 'Start over for eva' }).waitFor();
    });
  });

  describe('a participant', () => {
    const openAsEva = async () => open(`room?code=${await codeOf('eva')}`);

    it('signs in by a link, of which the code does not stay in the address', async () => {
      const page = await openAsEva();
      await page.getByText('You are eva').waitFor();
      expect(page.url()).toBe(`${context.url}/#/room`);
      expect(Number(await page.evaluate('history.length'))).toBeLessThanOrEqual(2);
      await expectSound(page);
    });

    it('sees their own place, and starts over in it', async () => {
      const page = await openAsEva();
      for (const name of ['rg-eva', 'vm-eva', 'kv-eva']) await page.getByRole('rowheader', { name }).waitFor();
      for (const name of await page.getByRole('rowheader').allInnerTexts()) expect(name).toContain('eva');
      const done = page.waitForResponse((answer) => answer.url().endsWith('/participants/eva/reset'));
      const readAgain = page.waitForResponse((answer) => answer.url().endsWith('/resources'));
      await page.getByRole('button', { name: 'Start over' }).click();
      expect((await done).status()).toBe(200);
      await readAgain;
      await page.getByRole('rowheader', { name: 'kv-eva' }).waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Reset the lab' }).count()).toBe(0);
    });

    it('is still who they are when the page is loaded again, and nobody in particular when they sign out', async () => {
      const page = await openAsEva();
      await page.getByText('You are eva').waitFor();
      await page.reload();
      await page.getByText('You are eva').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('You are eva').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Reset the lab' }).waitFor();
    });
  });

  it.each([
    ['en', 'Papers', 'The handout'],
    ['es', 'Documentos', 'La hoja'],
  ] as const)('leads to a handout that is printed on two sides of A4 (%s)', async (language, papers, link) => {
    const page = await open('room', { language });
    await page.locator('summary', { hasText: papers }).click();
    await page.getByRole('link', { name: link, exact: true }).click();
    await page.waitForURL(`${context.url}/handout/${language}.html`);
    expect(await page.getByRole('heading', { level: 2 }).count()).toBe(6);
    await expectSound(page);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const sides = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(sides).toBeGreaterThan(0);
    expect(sides).toBeLessThanOrEqual(2);
    expect(pdf).toMatch(/\/MediaBox\s*\[\s*0 0 59[45](\.\d+)? 84[12]/); // A4, in points
  });

  it('has a view for projectors: larger, with less around it', async () => {
    const page = await open('room', { size: { width: 1920, height: 1080 } });
    const heightOf = async () => (await page.getByRole('heading', { level: 1 }).boundingBox())?.height ?? 0;
    const before = await heightOf();
    await page.getByRole('switch', { name: 'Projector' }).focus();
    await page.keyboard.press('Space');
    await expect.poll(heightOf).toBeGreaterThan(before * 1.2);
    await expectSound(page);
    await page.reload();
    await expect.poll(heightOf).toBeGreaterThan(before * 1.2);
  });
}

/** As the page asks it. */
async function askFree({ url }: PageContext): Promise<{ freeMachines: string[] }> {
  const first = await fetch(url);
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
  return (await (await fetch(`${url}/lab/v1/participants`, { headers: { cookie } })).json()) as {
    freeMachines: string[];
  };
}
