import type { Page } from 'playwright-core';

/** How a page kept up while it was scrolled, in milliseconds. */
export type Frames = {
  readonly count: number;
  /** That 95 of a hundred frames took at most. */
  readonly p95: number;
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
      frames.sort((one, other) => one - other);
      return {
        count: frames.length,
        p95: frames[Math.floor(frames.length * 0.95)] ?? Number.POSITIVE_INFINITY,
        longest: Math.max(0, ...tasks),
      };
    },
    { selector, forMs },
  );

/** Of what a browser has, what is used there. */
type Browser = {
  readonly document: { querySelector(selector: string): { scrollTop: number; readonly scrollHeight: number } | null };
  requestAnimationFrame(work: (now: number) => void): number;
};
