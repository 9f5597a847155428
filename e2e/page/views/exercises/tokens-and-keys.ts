import { expect, it } from 'vitest';
import type { PageContext } from '../../context.ts';
import { itInContainers } from '../../in-containers.ts';
import { openHints, send, sendFromHint, sendLine } from './console.ts';
import { beginExercise, checkExercise } from './exercise.ts';

const MACHINE = 'vm-app01';

/** Exercises about tokens, keys and secrets: as they begin, and once they are done, with the page alone. */
export function tokensAndKeysSuite(context: PageContext): void {
  const begin = async (exercise: string, findings: number) => {
    const page = await context.open(`exercises/${exercise}`);
    await beginExercise(page);
    expect(await checkExercise(page)).toEqual(Array(findings).fill(false));
    await openHints(page, context.url, exercise);
    const fromHint = async (machine: string, which: number) => {
      await page.goto(`${context.url}/#/exercises/${exercise}`);
      return sendFromHint(page, machine, which);
    };
    const finish = async () => {
      await page.goto(`${context.url}/#/exercises/${exercise}`);
      expect(await checkExercise(page)).toEqual(Array(findings).fill(true));
      await page.getByText('Done!').waitFor();
      await page.context().close();
    };
    return { page, fromHint, finish };
  };

  it('tenants: a token that is good in one tenant, and refused in another', async () => {
    const { fromHint, finish } = await begin('tenants', 2);
    expect(await fromHint(MACHINE, 0)).toBe(200);
    expect(await fromHint(MACHINE, 1)).toBe(200);
    expect(await fromHint(MACHINE, 2)).toBe(401);
    await finish();
  });

  it('key-rotation: tokens of the key before and of the new one', async () => {
    const { page, fromHint, finish } = await begin('key-rotation', 4);
    expect(await fromHint(MACHINE, 0)).toBe(200);
    expect(await fromHint(MACHINE, 1)).toBe(200);
    await page.goto(`${context.url}/#/access`);
    await page.getByRole('link', { name: /^contoso Tenant/ }).click();
    await page.getByRole('button', { name: 'Rotate signing keys …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('status').filter({ hasText: 'Done:' }).waitFor();
    expect(await fromHint(MACHINE, 2)).toBe(200);
    expect(await fromHint(MACHINE, 1)).toBe(200);
    // The first token of the history is the old one.
    await page
      .getByRole('button', { name: /oauth2\/token/ })
      .last()
      .click();
    await page.getByRole('button', { name: 'Use it as $TOKEN' }).click();
    expect(await fromHint(MACHINE, 1)).toBe(200);
    await finish();
  });

  it('client-secret: a secret that ends, and a managed identity that goes on', async () => {
    const { page, finish } = await begin('client-secret', 4);
    await page.getByRole('button', { name: 'Make the application' }).click();
    await page.getByText('The application is there').waitFor();
    const line = page.getByRole('region', { name: 'Token request with the client secret' });
    expect(await sendLine(page, context.url, MACHINE, (await line.textContent()) ?? '')).toBe(200);
    await page.goto(`${context.url}/#/faults`);
    await page.getByRole('spinbutton', { name: 'Hours' }).fill('2');
    await page.getByRole('button', { name: 'Move forward' }).click();
    await page.getByText(/^Done\./).waitFor();
    await page.goto(`${context.url}/#/console`);
    expect(await send(page, MACHINE)).toBe(401);
    await page.goto(`${context.url}/#/start`);
    await page.getByRole('button', { name: /^Run on (app|vm-app01)$/ }).click();
    await page.getByText(/Succeeded in/).waitFor();
    await finish();
  });

  itInContainers('stolen-token: good elsewhere, until it expires', async () => {
    const { page, fromHint, finish } = await begin('stolen-token', 3);
    expect(await fromHint(MACHINE, 0)).toBe(200);
    expect(await fromHint('outsider', 0)).toBe(200);
    await page.goto(`${context.url}/#/faults`);
    await page.getByRole('button', { name: /^\+ (25 h|1 d)/ }).click();
    await page.getByText(/^Done\./).waitFor();
    expect(await fromHint('outsider', 0)).toBe(401);
    await finish();
  });

  itInContainers('ssrf: two guards that hold, and a token that gets out', async () => {
    const { fromHint, finish } = await begin('ssrf', 4);
    expect(await fromHint('outsider', 0)).toBe(400);
    expect(await fromHint('outsider', 1)).toBe(400);
    expect(await fromHint('outsider', 2)).toBe(200);
    expect(await fromHint('outsider', 3)).toBe(200);
    await finish();
  });

  itInContainers('ssrf: nobody answers once another exercise has begun', async () => {
    const { page, fromHint } = await begin('ssrf', 4);
    await page.goto(`${context.url}/#/exercises/tenants`);
    await beginExercise(page);
    expect(await fromHint('outsider', 0)).toBe('refused');
    await page.context().close();
  });
}
