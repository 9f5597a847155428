import type { Page } from 'playwright-core';

export type Held = {
  /** How often it was asked. */
  readonly asked: () => number;
  /** Lets all of it through, and what is asked from then on. */
  release(): void;
};

/** Keeps back what the page asks for, as a lab does that takes its time. */
export async function hold(page: Page, url: string): Promise<Held> {
  let asked = 0;
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  await page.route(url, async (route) => {
    asked += 1;
    await released;
    // What the page has given up meanwhile cannot go on.
    await route.fallback().catch(() => {});
  });
  return { asked: () => asked, release };
}

/** Until what the page knows by now is drawn. */
export const frame = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
