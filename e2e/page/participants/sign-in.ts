import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';
import { itInContainers } from '../in-containers.ts';
import { answerTo, codeOf, participant, typeCode, visit } from './people.ts';

/** Who somebody is has to be said, and is said once. The embedded lab is on one's own machine: everybody is at home there. */
export function signInSuite(context: PageContext): void {
  itInContainers.each([
    ['light', 'en', 'Who are you?'],
    ['dark', 'es', '¿Quién eres?'],
  ] as const)(
    'who has no code is asked for one, in %s colours, and sees nothing of the lab',
    async (colours, language, title) => {
      const page = await context.open('flow', { colours, language });
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
      expect(await page.getByRole('navigation').count()).toBe(0);
      await expectSound(page);
      for (const path of ['/events', '/resources', '/workloads', '/participants', '/exercises', '/access']) {
        expect([path, await answerTo(page, path)]).toMatchObject([path, { error: { code: 'Unauthenticated' } }]);
      }
      await page.context().close();
    },
  );

  itInContainers.each(['light', 'dark'] as const)('a wrong code is refused, in %s colours', async (colours) => {
    const page = await context.open('start', { colours });
    await page.getByRole('textbox', { name: 'Code' }).fill('aaaaa-aaaaa');
    await page.keyboard.press('Enter');
    await page.getByText('Nobody in this lab has this code.').waitFor();
    await page.getByRole('heading', { level: 1, name: 'Who are you?' }).waitFor();
    await expectSound(page);
    await page.context().close();
  });

  itInContainers(
    'a code is typed as it was read out, and its person is still there when the page is loaded again',
    async () => {
      const page = await context.open('start');
      await typeCode(page, ` ${(await codeOf(context, 'p2')).replace('-', '').toUpperCase()}`);
      await page.getByRole('link', { name: 'You are p2' }).waitFor();
      await page.reload();
      await page.getByRole('link', { name: 'You are p2' }).waitFor();
      await visit(page, 'Room');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { level: 1, name: 'Who are you?' }).waitFor();
      expect(await answerTo(page, '/session')).toEqual({ role: 'none' });
      await page.context().close();
    },
  );

  itInContainers('the trainer signs in with the token of the lab, and has the links of all', async () => {
    const page = await context.open('room');
    await typeCode(page, context.token);
    const row = page.getByRole('row', { name: /^p1/ });
    await row.waitFor();
    expect(await page.getByRole('textbox', { name: 'Address of the page' }).inputValue()).toBe(context.url);
    const link = await row.getByText('#/room?code=').innerText();
    expect(link).toBe(`${context.url}/#/room?code=${await codeOf(context, 'p1')}`);
    // The token opens everything: it is kept nowhere.
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain(
      context.token,
    );
    await page.reload();
    await row.waitFor();
    // In the same browser, somebody follows the link of a participant: they are that participant then.
    await page.goto(link);
    await page.getByRole('link', { name: 'You are p1' }).waitFor();
    await page.getByRole('row', { name: /^p2/ }).waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('a link signs its participant in, and the code does not stay in the address', async () => {
    const page = await participant(context, 'p1').open('room');
    expect(page.url()).toBe(`${context.url}/#/room`);
    expect(await answerTo(page, '/session')).toEqual({ role: 'participant', participant: 'p1' });
    await page.context().close();
  });
}
