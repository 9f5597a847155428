import type { FlowEvent } from '@managed-identity-lab/client';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { claimsOf } from '../../lab.ts';
import { expectSound } from '../accessible.ts';
import { IS_EMBEDDED, type PageContext } from '../context.ts';
import { itInContainers } from '../in-containers.ts';
import { send } from '../views/exercises/console.ts';
import { factOf } from '../views/exercises/exercise.ts';
import { cellsOf } from '../views/isolation.ts';
import { answerTo, choose, expectOwn, offered, participant, visit } from './people.ts';

/** The machine that is nobody's is there for all; the embedded lab has none. */
const MACHINES = IS_EMBEDDED ? ['vm-app01'] : ['vm-app01', 'outsider'];

/** Start has a heading of its own, and is looked at where its program runs. */
const VIEWS = ['Flow', 'Isolation', 'Tokens', 'Access', 'Faults and clock', 'Console', 'Exercises', 'Quiz', 'Room'];

/** What one participant sees while another one is at work in the same lab. */
export function ownPartSuite(context: PageContext): void {
  const [p1, p2] = [participant(context, 'p1'), participant(context, 'p2')];
  const principalOf = async (name: string) =>
    String(
      (await context.api.state.resources('servicePrincipal')).find((one) => one.displayName === name)?.principalId,
    );

  it('is shown sound pages in dark colours, whichever view', async () => {
    const page = await p1.open('room', { colours: 'dark' });
    for (const view of VIEWS) {
      await visit(page, view);
      await page.getByRole('heading', { level: 1, name: view, exact: true }).waitFor();
      await expectSound(page);
    }
    await page.context().close();
  });

  // In one process the program asks for what is there first, which is somebody's own; in containers for what is everybody's.
  itInContainers('runs the program on their own machine, and is offered no other one', async () => {
    // Somebody else does so, too: the other tests look for what is left of it.
    for (const [person, machine] of [
      [p2, 'vm-app02'],
      [p1, 'vm-app01'],
    ] as const) {
      const page = await person.open('room', { colours: 'dark' });
      await visit(page, 'Start');
      await page.getByRole('button', { name: `Run on ${machine}` }).click();
      await page.getByText(/Succeeded in/).waitFor();
      await expectSound(page);
      expect(await page.getByRole('button', { name: /^Run on / }).allInnerTexts()).toEqual([
        `Run on ${machine}`,
        'Run on outsider',
      ]);
      await page.context().close();
    }
  });

  itInContainers('sees in the flow what happens on their machine, and nothing of others', async () => {
    const page = await p1.open('room');
    await visit(page, 'Flow');
    expect(await offered(page, 'Run the sample program on')).toEqual(MACHINES);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const diagram = page.getByRole('region', { name: /^Sequence diagram/ });
    await diagram.getByRole('listitem').filter({ hasText: 'Storage Blob Data Contributor allows' }).first().waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    expect((await offered(page, 'Flows of')).filter((name) => name !== 'outsider')).toEqual([
      'All machines',
      'vm-app01',
    ]);
    expectOwn('p1', await diagram.innerText());
    const seen = async (name: string) =>
      (await answerTo<{ events: FlowEvent[] }>(page, '/events?limit=1000')).events.filter((event) =>
        [event.caller, event.virtualMachine].includes(name),
      ).length;
    expect([(await seen('vm-app01')) > 0, await seen('vm-app02')]).toEqual([true, 0]);
    const { events } = await context.api.events.list({ workload: 'vm-app02', limit: 1000 });
    expect(events.length).toBeGreaterThan(0);
    await page.context().close();
  });

  itInContainers('probes from their own machine alone, in the map of isolation', async () => {
    const page = await p1.open('room');
    await visit(page, 'Isolation');
    await page.getByRole('button', { name: 'Probe all', exact: true }).click();
    const expected = cellsOf(['vm-app01', 'outsider'], { but: ['Secret of another tenant, with token'] });
    await page.getByRole('button', { name: expected.at(-1) as string, exact: true }).waitFor();
    const cells = page.getByRole('gridcell').getByRole('button');
    const said = await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('aria-label') ?? ''));
    expect(said.toSorted()).toEqual(expected.toSorted());
    expectOwn('p1', await page.getByRole('main').innerText());
    await page.context().close();
  });

  it('sees in access their own group, and what lies in it', async () => {
    const page = await p1.open('room');
    await visit(page, 'Access');
    const tree = page.getByRole('navigation', { name: 'Resources and identities' });
    await tree.getByRole('link', { name: /^stp1/ }).waitFor();
    const names = (await tree.getByRole('link').allInnerTexts()).map((text) => text.split('\n')[0]);
    expect(names).toEqual([
      ...['contoso', 'contoso-workshop', 'rg-p1', 'vm-app01', 'id-p1', 'kv-p1', 'ConnectionString'],
      ...['stp1', 'samples', 'welcome.txt', 'operator-p1'],
    ]);
    for (const name of names) {
      await tree
        .getByRole('link', { name: new RegExp(`^${name}`) })
        .first()
        .click();
      expectOwn('p1', await page.getByRole('main').innerText());
    }
    await page.getByRole('tab', { name: 'Who may do this, and why?' }).click();
    await page.getByRole('row', { name: /^vm-app01/ }).waitFor();
    expectOwn('p1', await page.getByRole('main').innerText());
    await page.context().close();
  });

  it('looks into a token of their own machine, hears what their own vault says to it, and sends it there', async () => {
    const page = await p1.open('room');
    await visit(page, 'Tokens');
    expect(await offered(page, 'As a program on')).toEqual(MACHINES);
    expectOwn('p1', (await offered(page, 'Of')).join(' '));
    await page.getByRole('button', { name: 'Get a token' }).click();
    await page.getByText('Signed by Entra, and nothing was changed since.').waitFor();
    expect(await factOf(page, 'oid')).toBe(await principalOf('vm-app01'));
    const reports = page.getByRole('article');
    const vault = page.getByRole('article', { name: 'Key Vault kv-p1' });
    await vault.getByText('a role assignment lets its identity read').waitFor();
    expectOwn('p1', (await reports.allInnerTexts()).join(' '));
    expect((await reports.allInnerTexts()).join(' ')).not.toMatch(/kv-lab|stlab|kv-fabrikam/);
    await vault.getByRole('button', { name: 'Send it for real to Key Vault kv-p1' }).click();
    await vault.getByText('as foretold', { exact: true }).waitFor();
    await page.context().close();
  });

  it('sends from the console as their own machine: IMDS knows it, and what is not theirs stays closed', async () => {
    const page = await p1.open('console?workload=vm-app02');
    expect(await offered(page, 'As')).toEqual(MACHINES);
    const line = page.getByRole('textbox', { name: 'As a line with curl' });
    expect(await send(page, 'vm-app01')).toBe(200);
    const answer = page.getByRole('region', { name: 'Answer' });
    await answer.getByText('There is a token in it: access_token').waitFor();
    const { xms_mirid: resource, oid } = claimsOf(await tokenShown(page));
    expect([String(resource).split('/').at(-1), oid]).toEqual(['vm-app01', await principalOf('vm-app01')]);
    await choose(page, 'Begin with', 'Read a secret with the token');
    expect(await line.inputValue()).toContain('https://kv-p1.vault.azure.net/secrets/ConnectionString');
    expect(await send(page, 'vm-app01')).toBe(200);
    await line.fill((await line.inputValue()).replace('kv-p1', 'kv-p2'));
    expect(await send(page, 'vm-app01')).toBe(403);
    await page.context().close();
  });
}

/** The last answer's, as the inspector is given it. */
async function tokenShown(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Inspect the token' }).click();
  await page.getByRole('textbox', { name: 'Token' }).waitFor();
  const token = await page.getByRole('textbox', { name: 'Token' }).inputValue();
  await visit(page, 'Console');
  return token;
}
