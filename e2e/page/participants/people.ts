import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { PageContext } from '../context.ts';

/** Who is in the room, and what they do with nothing but the page. */
export type Person = Pick<PageContext, 'open'>;

/** A participant, who comes by a link with their code. Each page is a browser of its own, and has to be closed. */
export const participant = (context: PageContext, name: string): Person => ({
  open: async (view, options) => {
    const code = await codeOf(context, name);
    const page = await context.open(`${view}${view.includes('?') ? '&' : '?'}code=${code}`, options);
    await page.getByRole('link', { name: options?.language === 'es' ? `Eres ${name}` : `You are ${name}` }).waitFor();
    return page;
  },
});

export async function codeOf({ api }: PageContext, name: string): Promise<string> {
  const found = (await api.participants.list()).find((one) => one.name === name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return found.code;
}

/** Types a code where the page asks who somebody is. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Code' }).fill(code);
  await page.getByRole('button', { name: 'Enter' }).click();
}

/** Goes to a view by the navigation. */
export async function visit(page: Page, view: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view, exact: true }).click();
  await page.getByRole('main').getByRole('heading', { level: 1 }).waitFor();
}

/** What a choice offers: the first line of each option. */
export async function offered(page: Page, label: string): Promise<string[]> {
  await page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
  await page.getByRole('option').first().waitFor();
  const options = await page.getByRole('option').allInnerTexts();
  await page.keyboard.press('Escape');
  await page.getByRole('option').first().waitFor({ state: 'detached' });
  return options.map((text) => text.split('\n')[0] ?? '');
}

export async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`${label}$`) }).click();
  await page.getByRole('option', { name: option }).click();
}

/** What the lab answers to this person's page. */
export const answerTo = <T>(page: Page, path: string): Promise<T> =>
  page.evaluate<T>(`fetch('lab/v1${path}').then((answer) => answer.json())`);

/** Names of everything that is another participant's, in the lab file. */
const OTHERS = { p1: /\b(vm-app0[234]|(rg-|kv-|st|id-)?p[234])\b/, p2: /\b(vm-app0[134]|(rg-|kv-|st|id-)?p[134])\b/ };

/** Nothing in it is of anybody else. */
export function expectOwn(whose: keyof typeof OTHERS, text: string): void {
  expect(text).not.toBe('');
  expect(text.match(new RegExp(OTHERS[whose], 'g')) ?? []).toEqual([]);
}
