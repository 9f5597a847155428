import { expect, it } from 'vitest';
import { expectSound } from '../accessible.ts';
import type { PageContext } from '../context.ts';
import { itInContainers } from '../in-containers.ts';

const MACHINES = ['vm-app01', 'vm-app02', 'outsider', 'func-app01', 'pod-app01'];
/** What each machine sees, in the order above. */
const EXPECTED: readonly (readonly [target: string, ...outcomes: string[]])[] = [
  ['Instance Metadata Service', 'reached', 'reached', 'no route', 'no route', 'no route'],
  ['Identity endpoint of App Service', 'no route', 'no route', 'no route', 'reached', 'no route'],
  ['Microsoft Entra ID', 'reached', 'reached', 'reached', 'reached', 'reached'],
  ...['Resource Manager', 'Secret in Key Vault', 'Blob Storage', 'Orders API'].map(
    (target) => [target, '401', '401', '401', '401', '401'] as const,
  ),
  ['Key Vault, by its name in Docker', ...MACHINES.map(() => 'TLS')],
  ['The vault in Resource Manager, with token', '403', '403', 'no token', 'reached', '403'],
  ...['Resource Manager', 'Secret in Key Vault', 'Blob Storage', 'Orders API'].map(
    (target) => [`${target}, with token`, 'reached', 'reached', 'no token', 'reached', 'reached'] as const,
  ),
  ['Secret of another tenant, with token', '401', '401', 'no token', '401', '401'],
  ...['IMDS', 'Entra ID', 'Resource Manager', 'Key Vault', 'Blob Storage'].map(
    (part) => [`Control of ${part}, by name`, ...MACHINES.map(() => 'no name')] as const,
  ),
  ...['Entra ID', 'Resource Manager', 'Key Vault', 'Blob Storage'].map(
    (part) => [`Control port of ${part}`, ...MACHINES.map(() => 'refused')] as const,
  ),
  ['Portal', ...MACHINES.map(() => 'no name')],
  ['Gateway, the published port', ...MACHINES.map(() => 'no name')],
  ['Any address outside of the lab', ...MACHINES.map(() => 'no route')],
];
/** What the map says of these machines, cell by cell. @param options.but Targets that are not there. */
export const cellsOf = (machines: readonly string[], { but = [] }: { but?: readonly string[] } = {}): string[] =>
  EXPECTED.filter(([target]) => !but.includes(target)).flatMap(([target, ...outcomes]) =>
    machines.map((machine) => `${machine}, ${target}: ${outcomes[MACHINES.indexOf(machine)]}`),
  );
const CELLS = cellsOf(MACHINES);

/** What the lab API answers there. */
const NOT_ISOLATED = { error: { code: 'NotIsolated', message: 'All parts of this lab are one process.' } };

export function isolationSuite(context: PageContext): void {
  it('says of a lab in one process that nothing isolates its parts', async () => {
    const page = await context.open('start');
    await page.route('**/lab/v1/isolation', (route) => route.fulfill({ status: 501, json: NOT_ISOLATED }));
    await page.goto(`${context.url}/#/isolation`);
    await page.getByText('This lab has no isolation to show').waitFor();
    expect(await page.getByRole('grid').count()).toBe(0);
    await expectSound(page);
    await page.context().close();
  });

  itInContainers('every machine reaches what it should, and nothing else', async () => {
    const page = await context.open('isolation');
    await page.getByRole('button', { name: 'Probe all', exact: true }).click();
    await page.getByRole('button', { name: CELLS.at(-1) as string, exact: true }).waitFor({ timeout: 60_000 });
    const cells = page.getByRole('gridcell').getByRole('button');
    const said = await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('aria-label') ?? ''));
    expect(said.toSorted()).toEqual(CELLS.toSorted());
    await expectSound(page);
    await page.context().close();
  });

  itInContainers.each([
    [
      'outsider, Instance Metadata Service: no route',
      /outsider is on azure only, and 169\.254\.169\.254 is on the network vm/,
      ['networks:', 'azure: {}'],
    ],
    [
      'vm-app01, Control port of Key Vault: refused',
      /its control interface listens on the network fabric alone/,
      ['fabric: { aliases: [keyvault.fabric] }'],
    ],
    ['outsider, Secret in Key Vault: 401', /From here on, identity decides/, ['azure: {}']],
    [
      'func-app01, Key Vault, by its name in Docker: TLS',
      /func-app01 reached keyvault and ended the connection itself: the certificate there is made for the aliases/,
      ['azure: { aliases: [vault.azure.net] }'],
    ],
    [
      'pod-app01, The vault in Resource Manager, with token: 403',
      /no role assignment allows its identity Microsoft\.KeyVault\/vaults\/read: status 403/,
      ['azure: {}'],
    ],
    [
      'func-app01, The vault in Resource Manager, with token: reached',
      /a role assignment allows its identity Microsoft\.KeyVault\/vaults\/read: one for the vault itself, such as Reader/,
      ['azure: {}'],
    ],
    [
      'outsider, The vault in Resource Manager, with token: no token',
      /has no route to any place that would give it an identity's token/,
      ['networks:', 'azure: {}'],
    ],
    ['pod-app01, Any address outside of the lab: no route', /no packet can leave the lab/, ['internal: true']],
  ])('a cell says why, and shows the lines that cause it: %s', async (cell, sentence, lines) => {
    const page = await context.open('isolation');
    // What was not probed yet is probed when it is opened.
    await page.getByRole('button', { name: new RegExp(`^${cell.replace(/: .*/, '')}: `) }).click();
    await page.getByRole('status').getByText(sentence).waitFor();
    await page.getByRole('button', { name: cell, exact: true, pressed: true }).waitFor();
    const marked = page.getByRole('region', { name: 'Excerpt of docker-compose.yml' }).locator('mark code');
    // The file is asked for by itself.
    await marked.first().waitFor();
    expect((await marked.allTextContents()).map((text) => text.trim())).toEqual(lines);
    await page.context().close();
  });

  itInContainers('is walked through by arrow keys, and a cell opens with Enter', async () => {
    const page = await context.open('isolation');
    await page.getByRole('button', { name: 'Probe everything from vm-app01', exact: true }).focus();
    for (const key of ['ArrowDown', 'ArrowLeft', 'ArrowDown', 'ArrowRight', 'ArrowUp']) await page.keyboard.press(key);
    const focused = () => page.locator(':focus').getAttribute('aria-label');
    expect(await focused()).toMatch(/^vm-app01, Instance Metadata Service: /);
    await page.keyboard.press('End');
    expect(await focused()).toMatch(/^pod-app01, Instance Metadata Service: /);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'pod-app01 → Instance Metadata Service' }).waitFor();
    // One of its buttons is in the order of Tab, the one that was left.
    expect(await page.getByRole('grid').locator('button[tabindex="0"]').count()).toBe(1);
    await page.context().close();
  });

  itInContainers('a link opens a cell, in Spanish and in dark colours too', async () => {
    const page = await context.open('isolation?source=func-app01&target=imds', { language: 'es', colours: 'dark' });
    await page.getByRole('heading', { name: 'func-app01 → Instance Metadata Service' }).waitFor();
    await page
      .getByRole('button', { name: /^Probar( otra vez)?$/ })
      .last()
      .click();
    await page
      .getByRole('status')
      .getByText(/func-app01 está solo en appservice, azure/)
      .waitFor();
    await expectSound(page);
    await page.context().close();
  });

  itInContainers('a probe of one machine, or of one target, leaves the other cells as they are', async () => {
    const before = (await context.api.isolation.probe()).cells;
    await context.api.isolation.probe({ sources: ['outsider'], targets: ['imds'] });
    const { cells } = await context.api.isolation.read();
    const changed = cells.filter(({ at }, index) => at !== before[index]?.at);
    expect(changed.map(({ source, target }) => [source, target])).toEqual([['outsider', 'imds']]);
  });
}
