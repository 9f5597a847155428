import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { complaintsOf } from './context.ts';

/** axe finds nothing, the console is quiet, and nobody but the lab was asked. */
export async function expectSound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => [id, ...nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`)]),
  ).toEqual([]);
  expect(complaintsOf(page)).toEqual([]);
}
