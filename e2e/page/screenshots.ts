/**
 * Pictures of every view, light and dark, for docs/portal.md: `node e2e/page/screenshots.ts` with nothing else of the lab
 * running. They are looked at before they are committed.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from '@lab/lab/page/build-page.ts';
import { ROOT } from '@lab/lab/root.ts';
import type { Page } from 'playwright-core';
import { type PageContext, startContext } from './context.ts';

const DIRECTORY = process.env.SCREENSHOTS ?? join(ROOT, 'docs', 'screenshots');

type Picture = {
  readonly name: string;
  readonly view: string;
  /** What is done before the picture is taken, as somebody would who shows the view. */
  readonly prepare?: (page: Page, context: PageContext) => Promise<void>;
};

const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).first().click();

const PICTURES: readonly Picture[] = [
  {
    name: 'start',
    view: 'start',
    prepare: async (page) => {
      await press(page, /^Run on vm-app01$/);
      await page.getByText(/Succeeded in/).waitFor();
    },
  },
  { name: 'flow', view: 'flow' },
  {
    name: 'isolation',
    view: 'isolation?source=outsider&target=imds',
    prepare: async (page) => {
      await press(page, /^Probe all$/);
      await page.getByRole('button', { name: 'pod-app01, Any address outside of the lab: no route' }).waitFor();
    },
  },
  { name: 'tokens', view: 'tokens' },
  { name: 'access', view: 'access' },
  { name: 'faults', view: 'faults' },
  { name: 'console', view: 'console' },
  { name: 'exercises', view: 'exercises' },
  { name: 'exercise', view: 'exercises/role' },
  { name: 'quiz', view: 'quiz' },
  { name: 'room', view: 'room' },
];

mkdirSync(DIRECTORY, { recursive: true });
const only = process.argv[2];
await buildPage();
const context = await startContext();
try {
  await context.api.run('app').catch(() => context.api.run('vm-app01'));
  for (const { name, view, prepare } of PICTURES.filter((picture) => only === undefined || picture.name === only)) {
    for (const colours of ['light', 'dark'] as const) {
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
