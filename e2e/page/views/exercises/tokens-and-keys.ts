import { expect, it } from 'vitest';
import type { PageContext } from '../../context.ts';
import { itInContainers } from '../../in-containers.ts';
import { send } from './console.ts';
import { beginExercise, passExercise, student } from './exercise.ts';

const MACHINE = 'vm-app01';

/** Exercises about tokens, keys and secrets: as they begin, and once they are done, with the page alone. */
export function tokensAndKeysSuite(context: PageContext): void {
  it('tenants: a token that is good in one tenant, and refused in another', () =>
    passExercise(context, 'tenants', async ({ sendHint }) => {
      expect(await sendHint(0)).toBe(200);
      expect(await sendHint(1)).toBe(200);
      expect(await sendHint(2)).toBe(401);
    }));

  it('key-rotation: tokens of the key before and of the new one', () =>
    passExercise(context, 'key-rotation', async ({ sendHint, elsewhere }) => {
      expect(await sendHint(0)).toBe(200);
      expect(await sendHint(1)).toBe(200);
      await elsewhere('identities and access', async (page) => {
        await page.getByRole('link', { name: /^contoso Tenant/ }).click();
        await page.getByRole('button', { name: 'Rotate signing keys …' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
        await page.getByRole('status').filter({ hasText: 'Done:' }).waitFor();
      });
      expect(await sendHint(2)).toBe(200);
      expect(await sendHint(1)).toBe(200);
      await elsewhere('console', async (page) => {
        // The first token of the history is the old one.
        await page
          .getByRole('button', { name: /oauth2\/token/ })
          .last()
          .click();
        await page.getByRole('button', { name: 'Use it as $TOKEN' }).click();
      });
      expect(await sendHint(1)).toBe(200);
    }));

  it('client-secret: a secret that ends, and a managed identity that goes on', () =>
    passExercise(context, 'client-secret', async ({ page, elsewhere }) => {
      await page.getByRole('button', { name: 'Make the application' }).click();
      await page.getByText('The application is there').waitFor();
      const request = page.getByRole('region', { name: 'Token request with the client secret' });
      const line = (await request.textContent()) ?? '';
      const signIn = () =>
        elsewhere('console', async (console) => {
          await console.getByRole('textbox', { name: 'As a line with curl' }).fill(line);
          return send(console, MACHINE);
        });
      expect(await signIn()).toBe(200);
      await elsewhere('faults and clock', async (faults) => {
        await faults.getByRole('spinbutton', { name: 'Hours' }).fill('2');
        await faults.getByRole('button', { name: 'Move forward' }).click();
        await faults.getByText(/^Done\./).waitFor();
      });
      expect(await signIn()).toBe(401);
      await elsewhere(/^start$/, async (start) => {
        await start.getByRole('button', { name: /^Run on (app|vm-app01)$/ }).click();
        await start.getByText(/Succeeded in/).waitFor();
      });
    }));

  itInContainers('stolen-token: good elsewhere, until it expires', () =>
    passExercise(context, 'stolen-token', async ({ sendHint, elsewhere }) => {
      expect(await sendHint(0)).toBe(200);
      expect(await sendHint(1)).toBe(200);
      await elsewhere('faults and clock', async (page) => {
        await page.getByRole('button', { name: /^\+ (25 h|1 d)/ }).click();
        await page.getByText(/^Done\./).waitFor();
      });
      expect(await sendHint(1)).toBe(401);
    }),
  );

  itInContainers('ssrf: two guards that hold, and a token that gets out', () =>
    passExercise(context, 'ssrf', async ({ sendHint }) => {
      expect(await sendHint(0)).toBe(400);
      expect(await sendHint(1)).toBe(400);
      expect(await sendHint(2)).toBe(200);
      expect(await sendHint(3)).toBe(200);
    }),
  );

  itInContainers('ssrf: nobody answers once another exercise has begun', async () => {
    const page = await context.open('exercises/ssrf');
    await beginExercise(page);
    const { sendHint, leaveFor } = student(page);
    await leaveFor('Same tenant, other tenant');
    await beginExercise(page);
    await leaveFor('A page that fetches links');
    expect(await sendHint(0)).toBe('refused');
    await page.context().close();
  });
}
