import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { STEPS } from '../../quiz-steps.ts';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';
import { itInContainers } from '../in-containers.ts';

/** Right answers, as somebody knows them who has read the story. */
const RIGHT = {
  'receives-token': /When IMDS at 169\.254\.169\.254 answers/,
  'vault-validates': /With the request that carries the token/,
  'not-enabled': /IMDS answers 400/,
  'no-credential': /The platform knows which machine is asking/,
  'imds-passwords': /No\. It gives out tokens/,
  'functions-endpoint': /No, from an endpoint of App Service/,
} as const;

export function quizSuite(context: PageContext): void {
  const answer = async (page: Page, choice: RegExp) => {
    await page.getByRole('radio', { name: choice }).check({ force: true });
    await page.getByRole('button', { name: 'Answer' }).click();
  };

  it.each(['light', 'dark'] as const)('is sound in %s colours', async (colours) => {
    const page = await context.open('quiz', { colours });
    await page.getByRole('radiogroup').waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('comes with a real flow, and the step of it that answers', async () => {
    const page = await context.open('quiz');
    for (const [id, choice] of Object.entries(RIGHT)) {
      await page.goto(`${context.url}/#/quiz/${id}`);
      await answer(page, choice);
      await page.getByText('Right', { exact: true }).waitFor();
      const link = page.getByRole('link', { name: 'Show the step in the flow' });
      const shown = new URLSearchParams((await link.getAttribute('href'))?.split('?')[1]);
      const { steps } = await context.api.flows.get(shown.get('flow') ?? '');
      expect(steps.find(({ number }) => number === Number(shown.get('step')))).toMatchObject(STEPS[id] ?? {});
      expect(await page.getByText('has no flow').count()).toBe(0);
    }
    await page.context().close();
  });

  it.each([
    ['machine-deleted', /It goes with the machine/, 'This answer has no flow: a machine would have to be deleted'],
    ['from-outside', /The address is link-local/, 'This answer has no flow: what does not arrive'],
  ])('says of %s why it comes without a flow', async (id, choice, why) => {
    const page = await context.open(`quiz/${id}`);
    await answer(page, choice);
    await page.getByText(why).waitFor();
    expect(await page.getByRole('button', { name: 'Look for the step in a flow' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Show the step in the flow' }).count()).toBe(0);
    await expectSound(page);
    await page.reload();
    await page.getByText(why).waitFor();
    await page.context().close();
  });

  itInContainers('comes with a step that networks alone can tell: a token that another machine brings', async () => {
    const { flow = '', step, without } = await context.api.quiz.answer('stolen-token', 'until-expiry');
    expect(without).toBeUndefined();
    const { steps } = await context.api.flows.get(flow);
    expect(steps.find(({ number }) => number === step)).toMatchObject(STEPS['stolen-token'] ?? {});
  });

  it('says that an answer is wrong without telling the right one, and lets think again', async () => {
    const page = await context.open('quiz/who-signs');
    await answer(page, /With that of IMDS/);
    await page.getByText('Not that one').waitFor();
    expect(await page.getByText('Entra ID signs, and publishes').count()).toBe(0);
    await answer(page, /With that of Entra ID/);
    await page.getByText('Entra ID signs, and publishes').waitFor();
    await expectSound(page);
    await page.reload();
    await page.getByText('Entra ID signs, and publishes').waitFor();
    await page.context().close();
  });

  it('is answered by keyboard alone', async () => {
    const page = await context.open('quiz/challenge');
    await page.getByRole('radio').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Right', { exact: true }).waitFor();
    await page.context().close();
  });

  it('asks in Spanish', async () => {
    const page = await context.open('quiz/receives-token', { language: 'es' });
    await page.getByRole('radiogroup', { name: '¿En qué paso recibe el token la máquina virtual?' }).waitFor();
    await page.context().close();
  });
}
