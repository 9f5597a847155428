import { eventIdOf } from '@lab/shared/flows/index.ts';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { eventually } from '../../lab.ts';
import { expectSound } from '../accessible.ts';
import { FIRST_WORKLOAD, IS_EMBEDDED, type PageContext } from '../context.ts';
import { itInContainers } from '../in-containers.ts';
import { flowSteps } from './flow-steps.ts';
import { made, told } from './told-events.ts';

/** A flow of reading a secret for the first time: with a token from Entra, and what Key Vault decided. */
async function firstRead(context: PageContext): Promise<{ id: string; steps: number }> {
  const found = async () =>
    (await context.api.flows.list({ limit: 500 })).find(({ services }) =>
      ['imds', 'entra', 'keyvault'].every((service) => services.includes(service)),
    );
  // Another suite may have run it before, and IMDS has a token then.
  if (!(await found())) await context.api.state.reset();
  if (!(await found())) await context.api.run(FIRST_WORKLOAD);
  const flow = await found();
  if (!flow) throw new Error('no flow with all parts');
  return flow;
}

export function flowSuite(context: PageContext): void {
  it.each(['light', 'dark'] as const)('is sound in %s colours, with a step open', async (colours) => {
    const { id, steps } = await firstRead(context);
    const page = await context.open(`flow?flow=${id}&step=${steps}`, { colours });
    await page.getByRole('heading', { name: /^Step \d+ of/ }).waitFor();
    await page.getByText('Header and all claims').click();
    await expectSound(page);
    await page.getByRole('tab', { name: 'Map' }).click();
    await page.getByRole('img', { name: /^Map/ }).waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('draws what a run of the program leads to while it runs', async () => {
    const page = await context.open('flow');
    await page.getByRole('button', { name: /Run the sample program on/ }).click();
    await page.getByRole('option', { name: 'vm-app01' }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await flowSteps(page).filter({ hasText: 'Storage Blob Data Contributor allows' }).first().waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await expectSound(page);
    await page.context().close();
  });

  it('shows the source of the program beside it, with the line that is being executed', async () => {
    const page = await context.open('flow');
    await page.getByRole('tab', { name: 'Program' }).click();
    const source = page.getByRole('region', { name: 'Source of the program' });
    await source.getByText('DefaultAzureCredential').first().waitFor();
    // Long enough to be seen.
    await context.api.faults.add({ service: 'keyvault', times: 1, effect: { delayMs: 3_000 } });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await source.locator('[aria-current=step]').first().waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    expect(await source.locator('[data-state=succeeded]').count()).toBeGreaterThan(5);
    await expectSound(page);
    await page.context().close();
  });

  it('opens a step to request, token, checks, decision and answer, from a link', async () => {
    const { id, steps: count } = await firstRead(context);
    const page = await context.open(`flow?flow=${id}&step=${count}`);
    await page.getByRole('heading', { name: `Step ${count} of ${count}` }).waitFor();
    const text = (name: string) =>
      page.locator('article section').filter({ has: page.getByRole('heading', { name, exact: true }) });
    expect(await text('Request').textContent()).toMatch(/GET \/secrets\/ConnectionString.*Bearer \(token\)/s);
    expect(await text('Token that was presented').textContent()).toContain('https://vault.azure.net');
    expect(await text('Checks').textContent()).toMatch(/signature: made with this key.*not before/s);
    expect(await text('Access decision').textContent()).toMatch(/Key Vault Secrets User.*grants it/s);
    expect(await text('Answer').textContent()).toContain('HTTP/1.1 200');
    expect(await page.content()).not.toMatch(/eyJ[\w-]{20}/);
    await page.context().close();
  });

  it('says in Spanish what was checked and why it failed, and whose the words are that are not its own', async () => {
    const url = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=x';
    await context.api.request(FIRST_WORKLOAD, { method: 'GET', url, headers: [] });
    const event = await eventually(
      async () =>
        (await context.api.events.list({ service: 'imds', outcome: 'failed', limit: 1_000 })).events.findLast(
          ({ checks }) => checks?.at(-1)?.check === 'metadata header',
        ),
      10_000,
      'the event of the refusal',
    );
    const page = await context.open(`flow?flow=${event.flow}&step=1`, { language: 'es' });
    const checks = page
      .locator('article section')
      .filter({ has: page.getByRole('heading', { name: 'Comprobaciones', exact: true }) });
    const failed = checks.getByRole('listitem').filter({ hasText: 'no superada' });
    await failed.getByText('Falta el encabezado Metadata: true.').waitFor();
    await failed.getByText('El servicio dice:').waitFor();
    const own = (await checks.getByRole('listitem').allInnerTexts()).join('\n').split('El servicio dice:')[0] ?? '';
    expect(own).toContain('dirección de origen: una de las máquinas virtuales');
    expect(own).not.toMatch(/\b(the|source address|metadata header|required)\b/i);
    await expectSound(page);
    await page.context().close();
  });

  it('opens a refusal to every role assignment that was considered, and why it does not grant', async () => {
    await context.api.state.apply(CLOSED_VAULT);
    const tokenUrl = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=';
    const get = (url: string, ...headers: [string, string][]) =>
      context.api.request(FIRST_WORKLOAD, { method: 'GET', url, headers });
    const issued = await get(`${tokenUrl}https://vault.azure.net`, ['Metadata', 'true']);
    const { access_token: token } = JSON.parse('body' in issued ? issued.body : '');
    const read = () =>
      get('https://kv-closed.vault.azure.net/secrets/Plan?api-version=7.6', ['Authorization', `Bearer ${token}`]);
    // The vault hears of its assignments a moment after Resource Manager.
    await expect.poll(async () => read().then((answer) => 'status' in answer && answer.status), PATIENTLY).toBe(403);
    // It is told when the answer has ended.
    const event = await eventually(
      async () =>
        (await context.api.events.list({ service: 'keyvault', outcome: 'failed', limit: 1_000 })).events.findLast(
          ({ path, status }) => path.startsWith('/secrets/Plan') && status === 403,
        ),
      10_000,
      'the event of the refusal',
    );
    const { id, steps } = await context.api.flows.get(event.flow ?? '');
    const { number = 0 } = steps.find((step) => step.id === eventIdOf(event)) ?? {};
    const page = await context.open(`flow?flow=${id}&step=${number}`);
    const decision = page
      .locator('article section')
      .filter({ has: page.getByRole('heading', { name: 'Access decision', exact: true }) });
    await decision.getByText('Not allowed').waitFor();
    const rows = await decision.getByRole('row').allTextContents();
    expect(rows.slice(1).toSorted()).toEqual([
      expect.stringMatching(/^Key Vault Reader.*vaults\/kv-closed.*the role does not have this action$/),
      expect.stringMatching(/^Key Vault Secrets User.*vaults\/kv-lab.*has another scope$/),
      expect.stringMatching(/^Storage Blob Data Contributor.*storageAccounts\/stlab.*has another scope$/),
    ]);
    expect(await decision.getByText('grants it').count()).toBe(0);
    await context.api.state.reset();
    await page.context().close();
  });

  it.each([
    ['en', '7 more were considered'],
    ['es', 'Se tuvieron en cuenta 7 más'],
  ] as const)('says how many more were considered than are shown: %s', async (language, said) => {
    const page = await context.open('start', { language });
    const considered = Array.from({ length: 50 }, (_, index) => ({
      ...{ assignmentId: `/a${index}`, roleName: 'Reader', scope: `/${index}`, verdict: 'other scope' },
    }));
    const decision = { operation: 'read', resourceId: '/kv', grantedBy: null, considered, leftOut: 7 };
    const event = { ...made('keyvault', 7, 0), decision };
    told(page, [event]);
    await page.goto(`${context.url}/#/flow?flow=${eventIdOf(event)}`);
    await page.reload();
    await page.getByText(said).waitFor();
    expect(await page.getByRole('row').count()).toBe(51);
    await page.context().close();
  });

  it('lights the way of a step on the map, in the colour that it has in the diagram, and goes on with it', async () => {
    const { id } = await firstRead(context);
    const { steps } = await context.api.flows.get(id);
    const page = await context.open(`flow?flow=${id}&step=1`);
    await page.getByRole('tab', { name: 'Map' }).click();
    const ways: string[] = [];
    for (const { number, source, target } of steps) {
      const way = `${source} → ${target}`;
      const edges = page.locator('.react-flow__edge', { has: page.locator(`[data-lit="${number}"]`) });
      const ids = () => edges.evaluateAll((all) => all.map((edge) => edge.getAttribute('data-id') ?? '').toSorted());
      await expect.poll(ids, { ...PATIENTLY, message: way }).toEqual(WAYS[way]);
      // Nothing else is lit: what was before is not any more.
      expect(await page.locator('[data-lit]').count()).toBe(WAYS[way]?.length);
      const colours = await coloursOf(page.locator('[data-lit]'));
      const arrow = page.locator('[aria-current=step] [data-arrow=question]');
      expect(new Set(colours), way).toEqual(new Set(await coloursOf(arrow)));
      expect(colours[0], way).toMatch(/^rgb/);
      const asked = page.locator('.react-flow__node[data-asked], .react-flow__node:has([data-asked])');
      expect(await asked.allTextContents(), way).toEqual([expect.stringContaining(String(number))]);
      // The line ends in an arrow at who is asked.
      const [end, box] = [await page.locator('[data-arrives]').boundingBox(), await asked.boundingBox()];
      expect(end && box && distance(end, box), way).toBeLessThan(3);
      ways.push(way);
      if (number < steps.length) await page.getByRole('button', { name: 'Next step' }).click();
    }
    expect(ways).toEqual(expect.arrayContaining(['vm-app01 → imds', 'imds → entra', 'vm-app01 → keyvault']));
    await page.context().close();
  });

  it('is there again after a reload: the same flows, the same step', async () => {
    const { id, steps: count } = await firstRead(context);
    const page = await context.open(`flow?flow=${id}&step=${count}`);
    const state = async () => ({
      rows: Number(await flowSteps(page).last().getAttribute('aria-setsize')),
      step: await page.locator('[aria-current=step]').textContent(),
      heading: await page.getByRole('heading', { name: /^Step \d+ of/ }).textContent(),
    });
    await page.getByText('Live').waitFor();
    await page.getByRole('heading', { name: /^Step \d+ of/ }).waitFor();
    const before = await state();
    await page.reload();
    await page.getByText('Live').waitFor();
    await page.getByRole('heading', { name: /^Step \d+ of/ }).waitFor();
    await expect.poll(state, PATIENTLY).toEqual(before);
    // And it goes on.
    await context.api.run(FIRST_WORKLOAD);
    await expect.poll(async () => (await state()).rows, PATIENTLY).toBeGreaterThan(before.rows);
    await page.context().close();
  });

  it.each([
    ['?projector', 'follows what happens last, wherever somebody has scrolled', true],
    ['', 'stays where somebody has scrolled', false],
  ])("on a page with '%s' in its address the diagram %s", async (query, _, follows) => {
    for (let times = 0; times < 3; times += 1) await context.api.run(FIRST_WORKLOAD);
    const page = await context.open('start', { size: { width: 1920, height: 1080 } });
    await page.goto(`${context.url}/${query}#/flow`);
    await page.getByText('Live').waitFor();
    const last = page.locator(`[aria-label^="Sequence diagram"] li`).last();
    const isLast = async () => (await last.getAttribute('aria-posinset')) === (await last.getAttribute('aria-setsize'));
    await expect.poll(isLast, PATIENTLY).toBe(true);
    const before = Number(await last.getAttribute('aria-setsize'));
    await page.locator('[aria-label^="Sequence diagram"]').evaluate((element) => {
      element.scrollTop = 0;
    });
    await expect.poll(isLast, PATIENTLY).toBe(false);
    await context.api.run(FIRST_WORKLOAD);
    await expect.poll(async () => Number(await last.getAttribute('aria-setsize')), PATIENTLY).toBeGreaterThan(before);
    await expect.poll(isLast, PATIENTLY).toBe(follows);
    await page.context().close();
  });

  it('is stepped through by keyboard, and says in the address where one is', async () => {
    const { id, steps: count } = await firstRead(context);
    const page = await context.open(`flow?flow=${id}&step=1`);
    await page.getByRole('heading', { name: `Step 1 of ${count}` }).waitFor();
    await page.getByRole('region', { name: /^Sequence diagram/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: `Step 3 of ${count}` }).waitFor();
    expect(page.url()).toContain(`flow=${id}&step=3`);
    await page.keyboard.press('ArrowUp');
    await page.getByRole('heading', { name: `Step 2 of ${count}` }).waitFor();
    await page.getByRole('button', { name: 'Next step' }).press('Enter');
    await page.getByRole('heading', { name: `Step 3 of ${count}` }).waitFor();
    // One of them, or it is an error. Its row comes with the frame in which it is scrolled to.
    await page.locator('[aria-current="step"]').waitFor();
    await page.context().close();
  });

  it('gives a flow away as JSON and as a diagram of Mermaid', async () => {
    const { id } = await firstRead(context);
    const page = await context.open(`flow?flow=${id}`);
    const saved = async (name: string) => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name }).click();
      const stream = await (await download).createReadStream();
      let text = '';
      for await (const chunk of stream) text += chunk;
      return text;
    };
    expect(JSON.parse(await saved('Save as JSON'))).toMatchObject({ id, steps: expect.any(Array) });
    expect(await saved('Save as Mermaid')).toMatch(/^sequenceDiagram\n.*participant p1 as vm-app01/s);
    await page.context().close();
  });

  it('shows the flows of one machine, and goes on with the others when it is asked to', async () => {
    await firstRead(context);
    const page = await context.open('flow?workload=nobody');
    await page.getByText('Nothing has happened yet').waitFor();
    await page.getByRole('button', { name: /Flows of/ }).click();
    await page.getByRole('option', { name: 'vm-app01' }).click();
    await flowSteps(page).first().waitFor();
    expect(page.url()).toContain('workload=vm-app01');
    expect(await flowSteps(page).filter({ hasText: 'reads the signing keys' }).count()).toBe(0);
    await page.context().close();
  });

  it('stands still while it is paused, says how much is new, and goes on', async () => {
    const { id } = await firstRead(context);
    const page = await context.open(`flow?flow=${id}`);
    await page.getByText('Live').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await flowSteps(page).last().getAttribute('aria-setsize');
    await context.api.run(FIRST_WORKLOAD);
    await page.getByRole('button', { name: /^Go on \([1-9]/ }).waitFor();
    expect(await flowSteps(page).last().getAttribute('aria-setsize')).toBe(before);
    await page.getByRole('button', { name: /^Go on/ }).click();
    await expect
      .poll(async () => Number(await flowSteps(page).last().getAttribute('aria-setsize')))
      .toBeGreaterThan(Number(before));
    await page.context().close();
  });

  it('says when the lab has forgotten the flow of a link', async () => {
    const page = await context.open('flow?flow=imds-999999-abc');
    await page.getByText('does not remember this flow').waitFor();
    await page.context().close();
  });

  itInContainers('knows every machine by its address, and every service that asks another one', async () => {
    const { id } = await firstRead(context);
    const { steps } = await context.api.flows.get(id);
    const ways = steps.map(({ source, target }) => `${source} → ${target}`);
    expect(ways).toEqual(expect.arrayContaining(['vm-app01 → imds', 'imds → entra', 'vm-app01 → keyvault']));
    expect(ways.filter((way) => way.includes('unknown'))).toEqual([]);
  });
}

/** A browser on a busy machine. */
const PATIENTLY = { timeout: 10_000 };

/** A vault whose secrets vm-app01 may not read, though it has a role there. */
const CLOSED_VAULT = {
  tenants: [
    {
      name: 'contoso',
      subscriptions: [
        {
          name: 'contoso-data',
          resourceGroups: [
            {
              name: 'rg-data',
              vaults: [
                {
                  name: 'kv-closed',
                  secrets: { Plan: 'nobody reads it' },
                  roleAssignments: [{ principal: 'vm-app01', role: 'Key Vault Reader' }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
};

/** Over which lines of the map a request goes: network cards, and where there are no networks from one to the other. */
const WAYS: Readonly<Record<string, readonly string[]>> = IS_EMBEDDED
  ? {
      'vm-app01 → imds': ['vm-app01→imds'],
      'imds → entra': ['imds→entra'],
      'vm-app01 → keyvault': ['vm-app01→keyvault'],
      'keyvault → entra': ['keyvault→entra'],
    }
  : {
      'vm-app01 → dns': ['app–azure', 'dns–azure'],
      'vm-app01 → imds': ['app–vm', 'imds–vm'],
      'imds → entra': ['entra–fabric', 'imds–fabric'],
      'vm-app01 → keyvault': ['app–azure', 'keyvault–azure'],
      'keyvault → entra': ['entra–fabric', 'keyvault–fabric'],
    };

const coloursOf = (elements: Locator): Promise<string[]> =>
  elements.evaluateAll((all) => {
    const { getComputedStyle } = globalThis as unknown as { getComputedStyle(one: unknown): { color: string } };
    return all.map((one) => getComputedStyle(one).color);
  });

type Box = { readonly x: number; readonly width: number };

/** From the left or the right edge of one to that of the other, in pixels, whichever are nearest. */
const distance = (one: Box, other: Box): number =>
  Math.min(Math.abs(one.x + one.width - other.x), Math.abs(other.x + other.width - one.x));
