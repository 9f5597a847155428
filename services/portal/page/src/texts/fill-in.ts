/** What stands in the braces of a text. */
export type Values = Readonly<Record<string, string | number>>;

/** A name without a value is left as it stands, where it is seen. */
export const fillIn = (text: string, values: Values = {}): string =>
  text.replaceAll(/\{([a-zA-Z]\w*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );

/** The HTML of a text with its values, which are text and never HTML. */
export const fillInHtml = ([text, html]: readonly [text: string, html?: string], values: Values = {}): string => {
  const escaped = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escapeHtml(String(value))]));
  return fillIn(html ?? escapeHtml(text), escaped);
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
