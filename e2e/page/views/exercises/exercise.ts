import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PageContext } from '../../context.ts';
import { send } from './console.ts';

/** What somebody does with an exercise that is open on the page. */

export async function beginExercise(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Begin( again)?$/ }).click();
  await page.getByRole('button', { name: 'Begin again' }).waitFor();
  await page.getByRole('button', { name: 'Check it', disabled: false }).waitFor();
}

/** Says yes to what the dialog asks, and waits until the lab is back. */
export async function resetExercise(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
  await page.getByRole('button', { name: 'Begin', exact: true }).waitFor();
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

/** Somebody who works on an exercise, from its beginning, with nothing but the page. */
export type Student = {
  readonly page: Page;
  /**
   * Opens the n-th command of the hints in the console and sends it there, as it is or changed.
   * @param other.machine As whom, if not as the one that the hint says.
   * @param other.look    At what the console shows, before the way back.
   * @returns The status of the answer, or what stopped the request.
   */
  sendHint(n: number, other?: Other): Promise<number | string>;
  /** Writes down what the exercise asks for. */
  write(label: RegExp, answer: string): Promise<void>;
  /** Follows a link in the task or the hints, and comes back afterwards. */
  elsewhere<T>(link: string | RegExp, work: (page: Page) => Promise<T>): Promise<T>;
  /** Goes to another exercise, by the list of all. */
  leaveFor(title: string): Promise<void>;
};

type Other = {
  readonly change?: (line: string) => string;
  readonly machine?: string;
  readonly look?: (page: Page) => Promise<void>;
};

/**
 * Begins an exercise, sees that nothing of it is done, does it, and sees that all of it is.
 * @param afterwards What is done then, on the same page.
 */
export async function passExercise(
  context: Pick<PageContext, 'open'>,
  id: string,
  work: (student: Student) => Promise<void>,
  afterwards: (page: Page) => Promise<void> = async () => {},
): Promise<void> {
  const page = await context.open(`exercises/${id}`);
  await beginExercise(page);
  expect(new Set(await checkExercise(page))).toEqual(new Set([false]));
  await work(student(page));
  expect(await checkExercise(page)).not.toContain(false);
  await page.getByText('Done!').waitFor();
  await afterwards(page);
  await page.context().close();
}

export function student(page: Page): Student {
  const title = () => page.getByRole('heading', { level: 1 }).innerText();
  const back = async (name: string) => {
    const main = page.getByRole('heading', { level: 1, name, exact: true });
    await page.getByRole('navigation').first().getByRole('link', { name: 'Exercises' }).click();
    await page.getByRole('main').getByRole('link', { name, exact: true }).click();
    await main.waitFor();
  };
  /** Shows one hint after the other, until there is what is looked for. */
  const nth = async (links: Locator, n: number): Promise<Locator> => {
    while ((await links.count()) <= n) await page.getByRole('button', { name: /^Show a hint/ }).click();
    return links.nth(n);
  };
  const sendHint: Student['sendHint'] = async (n, { change, machine, look } = {}) => {
    const name = await title();
    const command = await nth(page.getByRole('link', { name: /^Open in the console as / }), n);
    const [, meant = ''] = /as (\S+)$/.exec(await command.innerText()) ?? [];
    await command.click();
    const line = page.getByRole('textbox', { name: 'As a line with curl' });
    await line.waitFor();
    if (change) await line.fill(change(await line.inputValue()));
    if (machine) {
      await page.getByRole('button', { name: /As$/ }).click();
      await page.getByRole('option', { name: machine }).click();
    }
    const answer = await send(page, machine ?? meant);
    await look?.(page);
    await back(name);
    return answer;
  };
  return {
    page,
    sendHint,
    leaveFor: back,
    write: (label, answer) => page.getByRole('textbox', { name: label }).fill(answer),
    elsewhere: async (link, work) => {
      const name = await title();
      await (await nth(page.getByRole('main').getByRole('link', { name: link }), 0)).click();
      const done = await work(page);
      await back(name);
      return done;
    },
  };
}

/** What stands beside a name in a list of facts or claims. */
export const factOf = (page: Page, name: string): Promise<string> =>
  page
    .locator('dl > div')
    .filter({ has: page.locator('dt').getByText(name, { exact: true }) })
    .locator('dd code')
    .first()
    .innerText();
