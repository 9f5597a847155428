import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { PageContext } from '../../context.ts';
import { factOf, passExercise, resetExercise } from './exercise.ts';

/** Exercises about identities and their roles. */
export function identityExercises(context: PageContext): void {
  it('role is passed by a refusal, the smallest role, and the secret; and is as new after a reset, with the lab', async () => {
    await context.api.state.reset();
    const before = await stateOf(context);
    expect(before).not.toContain('vault kv-orders');
    await passExercise(
      context,
      'role',
      async ({ sendHint, elsewhere }) => {
        expect([await sendHint(0), await sendHint(1)]).toEqual([200, 403]);
        await elsewhere('identities and access', async (page) => {
          await page.getByRole('heading', { level: 2, name: 'kv-orders' }).waitFor();
          await page.getByRole('button', { name: 'Assign a role …' }).click();
          await choose(page, 'Principal', /^vm-app01/);
          await choose(page, 'Role', 'Key Vault Secrets User');
          await doIt(page);
        });
        expect(await sendHint(1)).toBe(200);
      },
      async (page) => {
        expect(await stateOf(context)).toContain('vault kv-orders');
        expect(await progressOf(context, 'role')).toBe('passed');
        await resetExercise(page);
        expect(await page.getByText('Done!').count()).toBe(0);
        expect(await progressOf(context, 'role')).toBe('new');
        expect(await stateOf(context)).toEqual(before);
        await page.getByRole('main').getByRole('link', { name: 'identities and access' }).click();
        await page.getByRole('link', { name: /^kv-lab Key vault/ }).waitFor();
        expect(await page.getByRole('link', { name: /^kv-orders/ }).count()).toBe(0);
      },
    );
  });

  it('system-assigned is passed by another identity under the same name, and by the deletion', () =>
    passExercise(context, 'system-assigned', async ({ sendHint, elsewhere }) => {
      expect([await sendHint(0), await sendHint(1)]).toEqual([200, 200]);
      await elsewhere('identities and access', async (page) => {
        await page.getByRole('heading', { level: 2, name: 'vm-app01' }).waitFor();
        await page.getByRole('button', { name: 'Turn off …' }).click();
        await doIt(page, 'Yes, remove it');
        await page.getByRole('button', { name: 'Turn on …' }).click();
        await doIt(page);
      });
      expect([await sendHint(0), await sendHint(1)]).toEqual([200, 403]);
      await elsewhere('identities and access', async (page) => {
        await page.getByRole('button', { name: 'Delete …' }).click();
        await doIt(page, 'Yes, remove it');
      });
    }));

  it('user-assigned is passed by both machines that say which identity they mean', () =>
    passExercise(context, 'user-assigned', async ({ sendHint, elsewhere, write }) => {
      expect(await sendHint(0)).toBe(400);
      const idsOf = async (access: Page) => {
        await access.getByRole('heading', { level: 2, name: 'id-orders' }).waitFor();
        return {
          clientId: await factOf(access, 'Client id'),
          principalId: await factOf(access, 'Object id (principal)'),
        };
      };
      const { clientId, principalId } = await elsewhere('Identities and access', idsOf);
      const change = (line: string) => line.replace('&resource', `&client_id=${clientId}&resource`);
      for (const machine of ['vm-app01', 'vm-app02']) {
        expect(await sendHint(0, { change, machine })).toBe(200);
        expect(await sendHint(1, { machine })).toBe(200);
      }
      await write(/^The principal/, principalId);
      await write(/^The name of the claim/, 'xms_az_rid');
    }));
}

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
  await page.getByRole('option', { name: option }).click();
}

/** Says yes to what the dialog asks, and waits until it is done. */
async function doIt(page: Page, button = 'Do it'): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: button }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** What there is: each vault, machine and role assignment. */
async function stateOf({ api }: PageContext): Promise<string[]> {
  const all = await Promise.all(
    (['vault', 'virtualMachine', 'roleAssignment'] as const).map((kind) => api.state.resources(kind)),
  );
  return all
    .flat()
    .map(({ kind, name, id }) => `${kind} ${kind === 'roleAssignment' ? id : name}`)
    .toSorted();
}

async function progressOf({ api }: PageContext, exercise: string): Promise<string | undefined> {
  return (await api.exercises.list()).exercises.find(({ id }) => id === exercise)?.state;
}
