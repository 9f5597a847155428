import type { Page } from 'playwright-core';

/** What somebody does with an exercise that is open on the page. */

export async function beginExercise(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Begin( again)?$/ }).click();
  await page.getByRole('button', { name: 'Begin again' }).waitFor();
  await page.getByRole('button', { name: 'Check it', disabled: false }).waitFor();
}

/** Presses the button, and waits until the lab has answered. Of each finding, in order, whether it is done. */
export async function checkExercise(page: Page): Promise<boolean[]> {
  const answered = page.waitForResponse((answer) => /\/exercises\/[\w-]+\/check$/.test(answer.url()));
  await page.getByRole('button', { name: 'Check it' }).click();
  const { findings } = (await (await answered).json()) as { findings: { passed: boolean }[] };
  const shown = page.getByRole('main').getByRole('status').getByRole('listitem');
  await shown.nth(findings.length - 1).waitFor();
  await page.getByRole('button', { name: 'Check it' }).waitFor();
  return (await shown.allTextContents()).map((text) => !text.startsWith('!'));
}
