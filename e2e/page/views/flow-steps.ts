import type { Page } from 'playwright-core';

/** Rows of the diagram that are seen: heads of flows, and messages. */
export const flowSteps = (page: Page) => page.getByRole('region', { name: /^Sequence diagram/ }).getByRole('listitem');
