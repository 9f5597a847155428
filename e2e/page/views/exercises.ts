import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';
import { frame, hold } from '../held.ts';
import { beginExercise, checkExercise, resetExercise } from './exercises/exercise.ts';
import { identityExercises } from './exercises/identities.ts';
import { tokenExercises } from './exercises/tokens.ts';

/** Somebody who shares the lab, and a vault in it that no lab file knows. */
const ZOE = {
  tenants: [
    {
      name: 'contoso',
      subscriptions: [
        {
          name: 'contoso-workshop',
          resourceGroups: [
            { name: 'rg-zoe', participant: { name: 'zoe', machine: 'vm-zoe' }, virtualMachines: [{ name: 'vm-zoe' }] },
          ],
        },
        { name: 'contoso-data', resourceGroups: [{ name: 'rg-data', vaults: [{ name: 'kv-of-zoe' }] }] },
      ],
    },
  ],
};

export function exercisesSuite(context: PageContext): void {
  it.each(['light', 'dark'] as const)('are sound in %s colours, the list and one of them', async (colours) => {
    const page = await context.open('exercises', { colours });
    await page.getByRole('link', { name: 'The first token' }).waitFor();
    await expectSound(page);
    await page.getByRole('link', { name: 'The first token' }).click();
    await page.getByRole('button', { name: 'Show a hint (1 of 3)' }).click();
    await page.getByRole('link', { name: 'Open in the console as vm-app01' }).waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('are all there, in both languages', async () => {
    const { exercises } = await context.api.exercises.list();
    for (const language of ['en', 'es'] as const) {
      const page = await context.open('exercises', { language });
      const titles = page.getByRole('main').getByRole('heading', { level: 2 });
      await titles.last().waitFor();
      expect(await titles.count()).toBe(exercises.length);
      expect((await page.getByRole('main').textContent())?.match(/exercises\/|\{\w+\}/g)).toBeNull();
      await page.context().close();
    }
  });

  it('are found begun when the page is loaded again, and done no more after a reset', async () => {
    const page = await context.open('exercises/first-token');
    await page.getByText('Begin the exercise first.').waitFor();
    await beginExercise(page);
    await page.reload();
    await page.getByRole('button', { name: 'Begin again' }).waitFor();
    expect(await checkExercise(page)).toEqual([false, false, false]);
    await resetExercise(page);
    expect(await page.getByText('0 of 3 done').count()).toBe(0);
    await page.context().close();
  });

  it('have begun again once the page knows of it, so that a check is of the new attempt', async () => {
    const page = await context.open('exercises/first-token');
    await beginExercise(page);
    const list = await hold(page, '**/lab/v1/exercises');
    await page.getByRole('button', { name: 'Begin again' }).click();
    await expect.poll(list.asked).toBeGreaterThan(0);
    await frame(page);
    expect(await page.getByRole('button', { name: 'Begin again' }).count()).toBe(0);
    list.release();
    await page.getByRole('button', { name: 'Begin again' }).waitFor();
    expect(await checkExercise(page)).toEqual([false, false, false]);
    await resetExercise(page);
    await page.context().close();
  });

  it('say when the lab has begun anew in the meantime', async () => {
    const page = await context.open('exercises/first-token');
    await beginExercise(page);
    await context.api.state.reset();
    await page.getByRole('button', { name: 'Check it' }).click();
    await page.getByText('The lab has begun anew since.').waitFor();
    await page.getByRole('button', { name: 'Begin', exact: true }).waitFor();
    await page.context().close();
  });

  it('ask before the lab that others share is reset, and leave it alone where the answer is no', async () => {
    await context.api.state.apply(ZOE);
    const isBack = async () => !(await context.api.state.resources('vault')).some(({ name }) => name === 'kv-of-zoe');
    const page = await context.open('exercises/first-token');
    try {
      await page.getByRole('button', { name: 'Begin', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Reset the lab for everybody?' });
      await dialog.getByText('Participants in this lab: 1.').waitFor();
      await expectSound(page);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Begin the exercise first.').waitFor();
      expect(await isBack()).toBe(false);

      await page.getByRole('button', { name: 'Begin', exact: true }).click();
      await dialog.getByRole('button', { name: 'Reset and begin' }).click();
      await page.getByRole('button', { name: 'Check it', disabled: false }).waitFor();
      expect(await isBack()).toBe(true);

      await page.getByRole('button', { name: 'Begin again' }).click();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.getByRole('dialog').getByText('Participants in this lab: 1.').waitFor();
      await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
      await page.getByRole('button', { name: 'Begin', exact: true }).waitFor();
    } finally {
      await context.api.participants.remove('zoe');
    }
    await page.context().close();
  });

  tokenExercises(context);
  identityExercises(context);
}
