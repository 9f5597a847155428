import type { Resource } from '@managed-identity-lab/client';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import { IS_EMBEDDED, type PageContext } from '../context.ts';
import { send } from '../views/exercises/console.ts';
import { passExercise } from '../views/exercises/exercise.ts';
import { choose, expectOwn, offered, participant, typeCode, visit } from './people.ts';

const TOKEN =
  'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net';
const SECRET = 'https://kv-p1.vault.azure.net/secrets/ConnectionString?api-version=7.4';

/** What one participant does in their place, in this order, and that another one's stays as it was. */
export function workSuite(context: PageContext): void {
  const [p1, p2] = [participant(context, 'p1'), participant(context, 'p2')];
  const within = async (group: string): Promise<Resource[]> =>
    (await context.api.state.resources()).filter(({ id }) => new RegExp(`/resourceGroups/${group}(/|$)`, 'i').test(id));
  const namesIn = async (group: string) => (await within(group)).map(({ name }) => name);
  const named = async (group: string, name: string) => {
    const found = (await within(group)).find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${name} in ${group}`);
    return found;
  };
  const rolesAt = async (vault: string) =>
    (await context.api.state.resources('roleAssignment'))
      .filter(({ scope }) => String(scope).endsWith(`/${vault}`))
      .map(({ principalId }) => principalId);

  it('gives an identity a role in their own group, with the command of az, and is offered nothing of others', async () => {
    const page = await p1.open('room');
    const { clientId, principalId } = await named('rg-p1', 'id-p1');
    const vault = await named('rg-p1', 'kv-p1');
    const asIdentity = async () => {
      await visit(page, 'Console');
      expect(await sendLine(page, `curl -H Metadata:true '${TOKEN}&client_id=${clientId}'`)).toBe(200);
      return sendLine(page, `curl -H "Authorization: Bearer $TOKEN" '${SECRET}'`);
    };
    expect(await asIdentity()).toBe(403);
    await visit(page, 'Access');
    await treeOf(page)
      .getByRole('link', { name: /^kv-p1/ })
      .click();
    await page.getByRole('button', { name: 'Assign a role …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Assign a role' });
    for (const label of ['Principal', 'Scope']) expectOwn('p1', (await offered(page, label)).join(' '));
    await choose(page, 'Principal', /^id-p1/);
    await choose(page, 'Role', 'Key Vault Secrets User');
    const command = (await dialog.getByRole('region', { name: /Azure CLI/ }).innerText()).replaceAll(
      /\s*\\\n\s*/g,
      ' ',
    );
    expect(command).toBe(
      `az role assignment create --assignee-object-id ${principalId} --assignee-principal-type ServicePrincipal --role 'Key Vault Secrets User' --scope ${vault.id} --subscription contoso-workshop`,
    );
    await expectSound(page);
    await dialog.getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('status').filter({ hasText: 'Done:' }).waitFor();
    expect(await rolesAt('kv-p1')).toContain(principalId);
    expect(await asIdentity()).toBe(200);
    await page.context().close();
  });

  it('does an exercise in their place, which begins anew for it, while the place of another stays as it was', async () => {
    await createIdentity(p2, 'rg-p2', 'id-of-p2');
    const before = await within('rg-p2');
    expect(before.map(({ name }) => name)).toContain('id-of-p2');
    await passExercise(p1, 'first-token', async ({ sendHint }) => {
      expect(await sendHint(0)).toBe(400);
      expect(await sendHint(1)).toBe(200);
      expect(await sendHint(2)).toBe(200);
    });
    expect(await within('rg-p2')).toEqual(before);
    const { principalId } = await named('rg-p1', 'id-p1');
    expect(await rolesAt('kv-p1')).not.toContain(principalId);
    for (const [person, done] of [
      [p1, /^1 of \d+ done$/],
      [p2, /^0 of \d+ done$/],
    ] as const) {
      const page = await person.open('room');
      await visit(page, 'Exercises');
      await page.getByText(done).waitFor();
      await page.context().close();
    }
  });

  it('starts over in their place, and in nobody else’s', async () => {
    await createIdentity(p1, 'rg-p1', 'id-of-p1');
    expect(await namesIn('rg-p1')).toContain('id-of-p1');
    const page = await p1.open('room');
    const reset = page.waitForResponse((answer) => answer.url().endsWith('/participants/p1/reset'));
    await page.getByRole('button', { name: 'Start over' }).click();
    expect((await reset).status()).toBe(200);
    await page.getByRole('rowheader', { name: 'id-of-p1' }).waitFor({ state: 'detached' });
    expect(await namesIn('rg-p1')).not.toContain('id-of-p1');
    expect(await namesIn('rg-p2')).toContain('id-of-p2');
    await page.context().close();
  });

  it('the trainer sees all of them at the same time, with what they have passed', async () => {
    const page = await context.open('room');
    if (!IS_EMBEDDED) await typeCode(page, context.token);
    await page.getByText('1 of the exercises done').waitFor();
    const rows = await page.getByRole('row').allInnerTexts();
    const said = rows.slice(1).map((text) => text.replaceAll(/\s+/g, ' '));
    const row = (name: string, machine: string, progress: string) =>
      expect.stringMatching(new RegExp(`^${name} ${machine} rg-${name} .* ${progress} of the exercises done `));
    expect(said).toEqual([
      row('p1', 'vm-app01', '✓ ?here 1'),
      row('p2', 'vm-app02', '✓ ?here 0'),
      row('p3', 'vm-app03', '· ?not here 0'),
      row('p4', 'vm-app04', '· ?not here 0'),
    ]);
    await visit(page, 'Flow');
    const shown = await offered(page, 'Flows of');
    // Where the program of p2 ran: own-part.ts.
    expect(shown).toEqual(expect.arrayContaining(IS_EMBEDDED ? ['vm-app01'] : ['vm-app01', 'vm-app02']));
    await page.context().close();
  });
}

const treeOf = (page: Page) => page.getByRole('navigation', { name: 'Resources and identities' });

/** Writes a line into the console that is open, and sends it. */
async function sendLine(page: Page, line: string): Promise<number | string> {
  await page.getByRole('textbox', { name: 'As a line with curl' }).fill(line);
  return send(page, 'vm-app01');
}

/** By the view of access, in the group that is theirs. */
async function createIdentity(person: ReturnType<typeof participant>, group: string, name: string): Promise<void> {
  const page = await person.open('room');
  await visit(page, 'Access');
  await treeOf(page)
    .getByRole('link', { name: new RegExp(`^${group}`) })
    .click();
  await page.getByRole('button', { name: 'Create an identity' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByRole('button', { name: 'Do it' }).click();
  await page.getByRole('status').filter({ hasText: 'Done:' }).waitFor();
  await page.context().close();
}
