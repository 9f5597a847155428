import { findBrowser } from '@lab/lab/testing/browser.ts';
import type { LabClient } from '@managed-identity-lab/client';
import { type StartLabOptions, startLab as startEmbeddedLab } from '@managed-identity-lab/embedded';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Lab, type LabOptions, labApi, labToken, PORT, startLab } from '../lab.ts';

/** What a suite of browser tests works with: a lab of real containers, and Chromium. */
export type PageContext = {
  /** Of the page. */
  readonly url: string;
  readonly api: LabClient;
  /** Of the lab: a trainer's code. */
  readonly token: string;
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

export type RunningContext = PageContext & {
  /** After each test: closes what it opened and did not close, and tells what its pages complained of. */
  endTest(): Promise<string[]>;
  close(): Promise<void>;
};

/** For development, `PAGE_LAB=embedded`: a lab in one process in place of containers. CI never does. */
export const IS_EMBEDDED = process.env.PAGE_LAB === 'embedded';

/** What the lab API calls `vm-app01`. */
export const FIRST_WORKLOAD = IS_EMBEDDED ? 'vm-app01' : 'app';

export type ContextOptions = {
  readonly lab: LabOptions;
  /** The name under which the page is opened, which leads to this machine. */
  readonly host: string;
  /** What comes closest to that lab in one process, where the page is at localhost and everybody at home. */
  readonly embedded: StartLabOptions;
};

const DEFAULT: ContextOptions = {
  lab: { variant: 'default', profiles: ['workshop'] },
  host: 'localhost',
  embedded: {},
};

export async function startContext(options: ContextOptions = DEFAULT): Promise<RunningContext> {
  const lab: Started = IS_EMBEDDED ? await embedded(options) : await containers(options);
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('there is no Chromium: npm run browser');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', `--host-resolver-rules=MAP ${options.host} 127.0.0.1`],
  });
  let opened: BrowserContext[] = [];
  return {
    url: lab.url,
    api: lab.api,
    token: lab.token,
    get containers() {
      return lab.containers;
    },
    open: (view, options = {}) => {
      const context = newContext(browser, lab.url, options);
      void context.then((one) => opened.push(one));
      return open(context, lab.url, view);
    },
    endTest: async () => {
      const ended = opened;
      opened = [];
      await Promise.all(ended.map((context) => context.close()));
      return ended.flatMap(complaintsOf);
    },
    close: async () => {
      await browser.close();
      await lab.close();
    },
  };
}

type Started = Pick<RunningContext, 'url' | 'api' | 'token' | 'containers' | 'close'>;

async function embedded(options: ContextOptions): Promise<Started> {
  const lab = await startEmbeddedLab(options.embedded);
  return {
    url: lab.url,
    api: lab.api,
    token: lab.apiToken,
    close: () => lab.close(),
    get containers(): Lab {
      throw new Error('the embedded lab has no containers: itInContainers');
    },
  };
}

async function containers({ lab: options, host }: ContextOptions): Promise<Started> {
  const lab = await startLab(options);
  const [api, token] = await Promise.all([labApi(lab), labToken(lab)]);
  return { url: `http://${host}:${PORT}`, api, token, containers: lab, close: () => lab.down() };
}

const SIZE = { width: 1440, height: 900 };

/** With nothing in its cache. What its pages say is wrong in their consoles, and whom they ask besides the lab, is noted. */
async function newContext(
  browser: Browser,
  url: string,
  { language = 'en', colours = 'light', size = SIZE }: OpenOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    locale: language,
    colorScheme: colours,
    viewport: size,
    reducedMotion: 'reduce',
  });
  const own = new URL(url).origin;
  await context.route('**', (route) => {
    const asked = route.request().url();
    if (new URL(asked).origin === own) return route.continue();
    complaintsOf(context).push(`asked ${asked}`);
    return route.abort();
  });
  context.on('weberror', (error) => complaintsOf(context).push(error.error().message));
  context.on('console', (message) => {
    // What the lab refuses is part of what it shows.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) complaintsOf(context).push(message.text());
  });
  return context;
}

async function open(context: Promise<BrowserContext>, url: string, view: string): Promise<Page> {
  const page = await (await context).newPage();
  await page.goto(`${url}/#/${view}`);
  const heading = page.getByRole('heading', { level: 1 });
  // Chromium gives up what is under way when a network of the machine comes or goes, such as one of containers.
  const isShown = await heading.waitFor({ timeout: 10_000 }).then(
    () => true,
    () => false,
  );
  if (!isShown) {
    complaints.set(
      page.context(),
      complaintsOf(page.context()).filter((complaint) => !FILE_IS_LOST.test(complaint)),
    );
    await page.reload();
    await heading.waitFor();
    // Of what the browser gave up.
    complaintsOf(page.context()).length = 0;
  }
  return page;
}

/** What is said of a part of the page that did not come. It is loaded again, as the page then asks people to do. */
const FILE_IS_LOST = /Unable to preload CSS|Failed to fetch dynamically imported module/;

const complaints = new WeakMap<BrowserContext, string[]>();

/** Errors in the consoles of its pages, and requests to other origins, which were not let out. */
export function complaintsOf(context: BrowserContext): string[] {
  const known = complaints.get(context) ?? [];
  complaints.set(context, known);
  return known;
}
