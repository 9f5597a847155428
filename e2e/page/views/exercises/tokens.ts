import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { PageContext } from '../../context.ts';
import { itInContainers } from '../../in-containers.ts';
import { factOf, passExercise } from './exercise.ts';

/** Exercises about getting a token and what it is good for. */
export function tokenExercises(context: PageContext): void {
  it('first-token is passed by a request without the header, one with it, and a secret', () =>
    passExercise(context, 'first-token', async ({ sendHint }) => {
      expect(await sendHint(0)).toBe(400);
      expect(await sendHint(1)).toBe(200);
      expect(await sendHint(2)).toBe(200);
    }));

  it('claims is passed by what stands in the token', () =>
    passExercise(context, 'claims', async ({ sendHint, write }) => {
      const claims: Record<string, string> = {};
      const look = async (page: Page) => {
        await page.getByRole('button', { name: 'Inspect the token' }).click();
        for (const name of ['oid', 'uti', 'xms_mirid']) claims[name] = await factOf(page, name);
      };
      expect(await sendHint(0, { look })).toBe(200);
      for (const [name, value] of Object.entries(claims)) await write(new RegExp(`^${name}:`), value);
    }));

  it('audience is passed by a token for something else, what the vault says to it, and the right one', () =>
    passExercise(context, 'audience', async ({ sendHint, write }) => {
      expect(await sendHint(0)).toBe(200);
      expect(await sendHint(1)).toBe(401);
      expect(await sendHint(2)).toBe(200);
      expect(await sendHint(1)).toBe(200);
      await write(/^The audience/, 'https://vault.azure.net');
    }));

  itInContainers('outside is passed by the same request outside and inside, and one to the vault', () =>
    passExercise(context, 'outside', async ({ sendHint }) => {
      expect(await sendHint(0)).toBe('no-route');
      expect(await sendHint(1)).toBe(401);
      expect(await sendHint(2)).toBe(200);
    }),
  );
}
