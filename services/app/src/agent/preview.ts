import type { LinkPreview } from '../preview/index.ts';
import { hasWayOut } from './default-route.ts';
import { type Answer, type Route, refused } from './route.ts';

/**
 * POST /preview/open  200 { open: true }; 409 where the machine has no page, or a way out of the lab
 * POST /preview/close 200 { open: false }
 *
 * The page of `../preview/`, which has a hole: it is there while an exercise is about it. It ends with the agent as well.
 *
 * @param start Opens the page. Rejects where the machine has no name to open it at.
 */
export function previewRoutes({
  start,
  leadsOut = hasWayOut,
}: {
  start: () => Promise<LinkPreview>;
  leadsOut?: () => Promise<boolean>;
}): { readonly routes: readonly Route[]; close(): Promise<void> } {
  let page: LinkPreview | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** One after the other: who closes while somebody opens closes what was opened. */
  const inTurn = (work: () => Promise<Answer>) => () => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
  const open = async (): Promise<Answer> => {
    if (await leadsOut()) return refused(409, 'DefaultRoute', 'This machine has a route that leads out of the lab.');
    try {
      page ??= await start();
    } catch {
      return refused(409, 'NoPage', 'This machine has no name at which it could have a page.');
    }
    return { status: 200, body: { open: true } };
  };
  const close = async (): Promise<Answer> => {
    await page?.close();
    page = undefined;
    return { status: 200, body: { open: false } };
  };
  return {
    routes: [
      { method: 'POST', path: '/preview/open', answer: inTurn(open) },
      { method: 'POST', path: '/preview/close', answer: inTurn(close) },
    ],
    close: async () => {
      await inTurn(close)();
    },
  };
}
