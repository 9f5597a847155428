import { marked } from 'marked';
import type { Plugin } from 'vite';
import { parseTexts } from './parse-texts.ts';

/** Makes a module of each text file: `{ key: [text] }`, or `[text, HTML]` where the text has Markdown in it. */
export function textFiles(): Plugin {
  return {
    name: 'text-files',
    enforce: 'pre',
    transform(source, id) {
      if (!/\/texts\/.*\.md$/.test(id)) return null;
      try {
        const texts = [...parseTexts(source)].map(([key, text]) => [key, renderText(text)]);
        return { code: `export default ${JSON.stringify(Object.fromEntries(texts))}`, moduleType: 'js' };
      } catch (error) {
        throw new Error(`${id}: ${(error as Error).message}`);
      }
    },
  };
}

/** One paragraph is rendered without its paragraph: it may stand in a line. */
function renderText(text: string): [string] | [string, string] {
  const isPlain = !/[`*_[\]<>|#]|^\s*([-+]|\d+\.) |\n\n/m.test(text);
  if (isPlain) return [text];
  const html =
    text.includes('\n\n') || /^\s*([-+*>]|\d+\.) |^```|^\|/m.test(text) ? marked.parse(text) : marked.parseInline(text);
  // A link's address is percent-encoded, and what is to be filled in there with it.
  return [text, (html as string).trim().replaceAll(/%7B([a-zA-Z]\w*)%7D/g, '{$1}')];
}
