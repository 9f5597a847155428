import type { Page } from 'playwright-core';

/**
 * Sends what stands in the console, as the machine that is chosen there.
 * @returns the status, or what stopped it.
 */
export async function send(page: Page, machine: string): Promise<number | string> {
  const answered = page.waitForResponse((answer) => answer.url().endsWith('/requests'));
  await page.getByRole('button', { name: `Send as ${machine}` }).click();
  const answer = (await (await answered).json()) as { status?: number; error?: { code: string } };
  await page.getByRole('button', { name: `Send as ${machine}` }).waitFor();
  return answer.status ?? answer.error?.code ?? '';
}
