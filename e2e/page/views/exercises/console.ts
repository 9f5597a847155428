import type { Page } from 'playwright-core';

/** What somebody does with the console, coming from an exercise. */

/** Opens the exercise with all of its hints. */
export async function openHints(page: Page, url: string, exercise: string): Promise<void> {
  await page.goto(`${url}/#/exercises/${exercise}`);
  const more = page.getByRole('button', { name: /^Show a hint/ });
  await page.getByRole('heading', { name: 'Hints' }).waitFor();
  while ((await more.count()) > 0) await more.click();
}

/**
 * Opens a command of the hints in the console, and sends it as its machine or as another one.
 * @param which Of the commands for that machine, counted from none.
 * @returns the status, or what stopped it.
 */
export async function sendFromHint(page: Page, machine: string, which: number): Promise<number | string> {
  await page
    .getByRole('link', { name: `Open in the console as ${machine}` })
    .nth(which)
    .click();
  return send(page, machine);
}

/** Pastes a line, and sends it. */
export async function sendLine(page: Page, url: string, machine: string, line: string): Promise<number | string> {
  await page.goto(`${url}/#/console?${new URLSearchParams({ workload: machine })}`);
  await page.getByRole('textbox', { name: 'As a line with curl' }).fill(line);
  return send(page, machine);
}

/** Sends what stands there. */
export async function send(page: Page, machine: string): Promise<number | string> {
  const answered = page.waitForResponse((answer) => answer.url().endsWith('/requests'));
  await page.getByRole('button', { name: `Send as ${machine}` }).click();
  const answer = (await (await answered).json()) as { status?: number; error?: { code: string } };
  await page.getByRole('button', { name: `Send as ${machine}` }).waitFor();
  return answer.status ?? answer.error?.code ?? '';
}
