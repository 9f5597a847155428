import { buildPage } from './build-page.ts';

/** Of vitest: the lab that tests start in their own process has the page. */
export default async function setup(): Promise<void> {
  await buildPage();
}
