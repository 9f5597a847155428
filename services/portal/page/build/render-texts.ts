import { marked } from 'marked';
import { parseTexts } from './parse-texts.ts';

/** Text, and its HTML where it has Markdown in it. */
export type Text = [text: string, html?: string];

/** The texts of one file, by their keys. @throws Error with the line that cannot be read. */
export const renderTexts = (source: string): Record<string, Text> =>
  Object.fromEntries([...parseTexts(source)].map(([key, text]) => [key, renderText(text)]));

/** One paragraph is rendered without its paragraph: it may stand in a line. */
function renderText(text: string): Text {
  const isPlain = !/[`*_[\]<>|#]|^\s*([-+]|\d+\.) |\n\n/m.test(text);
  if (isPlain) return [text];
  const html =
    text.includes('\n\n') || /^\s*([-+*>]|\d+\.) |^```|^\|/m.test(text) ? marked.parse(text) : marked.parseInline(text);
  // A link's address is percent-encoded, and what is to be filled in there with it.
  return [text, (html as string).trim().replaceAll(/%7B([a-zA-Z]\w*)%7D/g, '{$1}')];
}
