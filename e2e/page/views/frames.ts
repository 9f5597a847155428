import type { Page } from 'playwright-core';

/** How a page kept up while it was scrolled, in milliseconds. */
export type Frames = {
  /** What each frame took. */
  readonly frames: readonly number[];
  /** The longest task; 0 where none took fifty. */
  readonly longest: number;
};

/** Scrolls an element for a while, and looks at its frames. */
export const scrolled = (page: Page, selector: string, forMs = 3_000): Promise<Frames> =>
  page.evaluate(
    async ({ selector, forMs }) => {
      const { document, requestAnimationFrame } = globalThis as unknown as Browser;
      const element = document.querySelector(selector);
      if (!element) throw new Error(`no ${selector}`);
      const tasks: number[] = [];
      const observer = new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration));
      });
      observer.observe({ entryTypes: ['longtask' as 'measure'] });
      const frames: number[] = [];
      const nextFrame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      let before = await nextFrame();
      const begun = before;
      for (let index = 0; before - begun < forMs; index += 1) {
        // As fast as a wheel goes, and now and then far away at once.
        element.scrollTop = index % 40 === 39 ? (element.scrollHeight * (index % 97)) / 97 : element.scrollTop + 120;
        const now = await nextFrame();
        frames.push(now - before);
        before = now;
      }
      observer.disconnect();
      return { frames, longest: Math.max(0, ...tasks) };
    },
    { selector, forMs },
  );

/** What this share of values is at most; infinite where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.POSITIVE_INFINITY;
}

/** Of what a browser has, what is used there. */
type Browser = {
  readonly document: { querySelector(selector: string): { scrollTop: number; readonly scrollHeight: number } | null };
  requestAnimationFrame(work: (now: number) => void): number;
};
