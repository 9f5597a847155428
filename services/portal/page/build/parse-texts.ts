/**
 * The texts of the page: a Markdown file per view and language, which a trainer can edit.
 *
 *     # Title of the view
 *
 *     ## pause
 *     Pause
 *
 * A second-level heading is a key, and what stands below it is its text. `{name}` is filled in by the page.
 */

const TITLE = 'title';

/** @throws Error that names the line which is not as above. */
export function parseTexts(source: string): Map<string, string> {
  const texts = new Map<string, string>();
  let key: string | undefined;
  let lines: string[] = [];
  let isFenced = false;
  const add = (name: string, text: string, line: number) => {
    if (texts.has(name)) throw new Error(`line ${line}: '${name}' occurs twice`);
    texts.set(name, text);
  };
  const finish = (line: number) => {
    if (key !== undefined) add(key, lines.join('\n').trim(), line);
    else if (lines.some((text) => text.trim() !== '')) throw new Error(`line ${line}: the text above has no key`);
    key = undefined;
    lines = [];
  };
  for (const [index, text] of source.split('\n').entries()) {
    const line = index + 1;
    if (text.startsWith('```')) isFenced = !isFenced;
    const [, hashes, heading = ''] = (!isFenced && /^(#{1,2}) +(.*?) *$/.exec(text)) || [];
    if (hashes === undefined) lines.push(text);
    else finish(line);
    if (hashes === '#') add(TITLE, heading, line);
    if (hashes !== '##') continue;
    if (!/^[A-Za-z0-9][\w.-]*$/.test(heading)) throw new Error(`line ${line}: '${heading}' is no key`);
    key = heading;
  }
  finish(source.split('\n').length);
  return texts;
}

/** Names in braces, as the page fills them in. */
export const placeholdersOf = (text: string): string[] => [
  ...new Set([...text.matchAll(/\{([a-zA-Z][\w]*)\}/g)].map(([, name]) => name ?? '')),
];
