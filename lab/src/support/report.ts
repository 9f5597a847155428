import { stripVTControlCharacters } from 'node:util';
import { redactor } from './redact.ts';

/** One part of the report: what it is called, and how to get it. What it throws or rejects with becomes its text. */
export type Section = { readonly title: string; readonly read: () => Promise<string> | string };

/**
 * All sections as one text, without secrets. A part that cannot be had is named and says why: it is the broken lab of which
 * one wants to know more.
 *
 * @param secrets Values that must not be in it.
 * @param partMs How long each part may take; all are read at the same time.
 */
export async function writeReport(
  sections: readonly Section[],
  secrets: readonly string[],
  partMs = 30_000,
): Promise<string> {
  const texts = await Promise.all(
    sections.map(async ({ title, read }) => `===== ${title} =====\n\n${(await inTime(read, partMs)).trimEnd()}\n`),
  );
  // Compose clears lines on a terminal that is none.
  return redactor(secrets)(stripVTControlCharacters(texts.join('\n')));
}

async function inTime(read: Section['read'], ms: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve(`(not to be had: no answer within ${ms} ms)`), ms);
  try {
    return (await Promise.race([(async () => read())(), promise])) || '(nothing)';
  } catch (error) {
    return `(not to be had: ${error instanceof Error ? error.message : String(error)})`;
  } finally {
    clearTimeout(timer);
  }
}
