import { findBrowser } from '@lab/lab/testing/browser.ts';
import type { LabClient } from '@managed-identity-lab/client';
import { startLab as startEmbeddedLab } from '@managed-identity-lab/embedded';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Lab, labApi, PORT, startLab } from '../lab.ts';

/** What a suite of browser tests works with: a lab of real containers, and Chromium. */
export type PageContext = {
  /** Of the page. */
  readonly url: string;
  readonly api: LabClient;
  /** The containers. @throws in the embedded lab, which has none. */
  readonly containers: Lab;
  /** A view in a browser of its own, as somebody sees it who comes for the first time: `open('flow')`. */
  open(view: string, options?: OpenOptions): Promise<Page>;
};

export type OpenOptions = {
  readonly language?: 'en' | 'es';
  readonly colours?: 'light' | 'dark';
  readonly size?: { readonly width: number; readonly height: number };
};

export type RunningContext = PageContext & { close(): Promise<void> };

/** For development, `PAGE_LAB=embedded`: a lab in one process in place of containers. CI never does. */
export const IS_EMBEDDED = process.env.PAGE_LAB === 'embedded';

/** What the lab API calls `vm-app01`. */
export const FIRST_WORKLOAD = IS_EMBEDDED ? 'vm-app01' : 'app';

export async function startContext(): Promise<RunningContext> {
  const lab: Started = IS_EMBEDDED ? await embedded() : await containers();
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('there is no Chromium: npm run browser');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  return {
    url: lab.url,
    api: lab.api,
    get containers() {
      return lab.containers;
    },
    open: (view, options) => open(browser, lab.url, view, options),
    close: async () => {
      await browser.close();
      await lab.close();
    },
  };
}

type Started = Pick<RunningContext, 'url' | 'api' | 'containers' | 'close'>;

async function embedded(): Promise<Started> {
  const lab = await startEmbeddedLab();
  return {
    url: lab.url,
    api: lab.api,
    close: () => lab.close(),
    get containers(): Lab {
      throw new Error('the embedded lab has no containers: itInContainers');
    },
  };
}

async function containers(): Promise<Started> {
  const lab = await startLab({ variant: 'default', profiles: ['workshop'] });
  return { url: `http://localhost:${PORT}`, api: await labApi(lab), containers: lab, close: () => lab.down() };
}

const SIZE = { width: 1440, height: 900 };

/** Fails the test that opened it when the page says something is wrong in its console, or asks anybody but the lab. */
async function open(
  browser: Browser,
  url: string,
  view: string,
  { language = 'en', colours = 'light', size = SIZE }: OpenOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    locale: language,
    colorScheme: colours,
    viewport: size,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const own = new URL(url).origin;
  await context.route('**', (route) => {
    const asked = route.request().url();
    if (new URL(asked).origin === own) return route.continue();
    complaintsOf(page).push(`asked ${asked}`);
    return route.abort();
  });
  page.on('pageerror', (error) => complaintsOf(page).push(error.message));
  page.on('console', (message) => {
    // What the lab refuses is part of what it shows.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) complaintsOf(page).push(message.text());
  });
  await page.goto(`${url}/#/${view}`);
  const heading = page.getByRole('heading', { level: 1 });
  // Chromium gives up what is under way when a network of the machine comes or goes, such as one of containers.
  const isShown = await heading.waitFor({ timeout: 10_000 }).then(
    () => true,
    () => false,
  );
  if (!isShown) {
    await page.reload();
    await heading.waitFor();
  }
  return page;
}

const complaints = new WeakMap<Page, string[]>();

/** Errors in its console, and requests to other origins, which were not let out. */
export function complaintsOf(page: Page): string[] {
  const known = complaints.get(page) ?? [];
  complaints.set(page, known);
  return known;
}
