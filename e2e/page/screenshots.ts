/**
 * Pictures of every view, light and dark, for docs/portal.md: `node e2e/page/screenshots.ts` with nothing else of the lab
 * running. They are looked at before they are committed.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from '@lab/lab/page/build-page.ts';
import { ROOT } from '@lab/lab/root.ts';
import type { Page } from 'playwright-core';
import { FIRST_WORKLOAD, type PageContext, startContext } from './context.ts';

const DIRECTORY = process.env.SCREENSHOTS ?? join(ROOT, 'docs', 'screenshots');

type Picture = {
  readonly name: string;
  readonly view: string;
  /** What is done before the picture is taken, as somebody would who shows the view. */
  readonly prepare?: (page: Page, context: PageContext) => Promise<void>;
};

const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).first().click();

/** The step in which the vault looks at a token that is new. */
async function openSecret(page: Page, { api, url }: PageContext, query = ''): Promise<void> {
  const flow = (await api.flows.list({ limit: 500 })).find(({ services }) =>
    ['imds', 'entra', 'keyvault'].every((service) => services.includes(service)),
  );
  if (!flow) throw new Error('there is no flow of a secret');
  await page.goto(`${url}/${query}#/flow?flow=${flow.id}&step=${flow.steps}`);
}

const PICTURES: readonly Picture[] = [
  {
    name: 'start',
    view: 'start',
    prepare: async (page) => {
      await press(page, /^Run on vm-app01$/);
      await page.getByText(/Succeeded in/).waitFor();
    },
  },
  {
    name: 'flow',
    view: 'flow',
    prepare: async (page, context) => {
      await openSecret(page, context);
      await page.getByRole('heading', { name: /^Step \d+ of/ }).waitFor();
    },
  },
  {
    name: 'map',
    view: 'flow',
    prepare: async (page, context) => {
      await openSecret(page, context);
      await press(page, /^Larger details$/);
      await page.getByRole('tab', { name: 'Map' }).click();
    },
  },
  {
    name: 'isolation',
    view: 'isolation?source=outsider&target=imds',
    prepare: async (page) => {
      await press(page, /^Probe all$/);
      await page.getByRole('button', { name: 'pod-app01, Any address outside of the lab: no route' }).waitFor();
    },
  },
  {
    name: 'tokens',
    view: 'tokens',
    prepare: async (page) => {
      await press(page, /What is wrong$/);
      await page.getByRole('option', { name: /^expired/ }).click();
      await press(page, /^Forge it$/);
      await page.getByRole('heading', { name: 'What each service says' }).waitFor();
    },
  },
  { name: 'access', view: 'access' },
  {
    name: 'faults',
    view: 'faults',
    prepare: (page) => press(page, /^Key Vault is busy twice$/),
  },
  {
    name: 'console',
    view: `console?${new URLSearchParams({ workload: 'vm-app01', curl: "curl 'https://kv-lab.vault.azure.net/secrets?api-version=7.6'" })}`,
    prepare: async (page) => {
      await press(page, /^Send as vm-app01$/);
      await page.getByRole('region', { name: 'Answer' }).getByText('401').first().waitFor();
    },
  },
  { name: 'exercises', view: 'exercises' },
  {
    name: 'exercise',
    view: 'exercises/role',
    prepare: async (page) => {
      await press(page, /^Begin$/);
      await page.getByRole('button', { name: 'Begin again' }).waitFor();
    },
  },
  { name: 'quiz', view: 'quiz' },
  {
    name: 'room',
    view: 'room',
    prepare: async (page, { api }) => {
      for (const name of ['eva', 'max']) await api.participants.add(name);
      await page.reload();
      await page.getByRole('row', { name: /^max/ }).waitFor();
    },
  },
  {
    name: 'projector',
    view: 'flow',
    prepare: async (page, context) => {
      await openSecret(page, context, '?projector');
      await page.getByRole('heading', { name: /^Step \d+ of/ }).waitFor();
    },
  },
];

mkdirSync(DIRECTORY, { recursive: true });
const only = process.argv[2];
await buildPage();
const context = await startContext();
try {
  for (const { name, view, prepare } of PICTURES.filter((picture) => only === undefined || picture.name === only)) {
    for (const colours of ['light', 'dark'] as const) {
      await context.api.state.reset();
      await context.api.run(FIRST_WORKLOAD);
      const page = await context.open(view, { colours });
      await prepare?.(page, context);
      await page.waitForTimeout(1_000); // what is still being asked for is there by then
      await page.screenshot({ path: join(DIRECTORY, `${name}-${colours}.png`) });
      await page.context().close();
    }
  }
} finally {
  await context.close();
}
