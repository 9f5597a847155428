/** XML as Azure writes it: no whitespace, empty elements as `<Name />`. */

declare const written: unique symbol;
/** Text that is XML already; only this file makes it. */
export type Xml = string & { readonly [written]: true };

export const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

/** An element with text in it, or with elements. Undefined ones are left out. */
export function element(
  name: string,
  content: string | readonly (Xml | undefined)[] = '',
  attributes: Readonly<Record<string, string>> = {},
): Xml {
  const inner = typeof content === 'string' ? escapeXml(content) : content.join('');
  const quoted = (value: string) => escapeXml(value).replaceAll('"', '&quot;'); // plain in text, as Azure writes ETags
  const start = Object.entries(attributes).reduce((tag, [key, value]) => `${tag} ${key}="${quoted(value)}"`, name);
  return (inner === '' ? `<${start} />` : `<${start}>${inner}</${name}>`) as Xml;
}

/** An element, or nothing where there is nothing to say. */
export const optional = (name: string, text: string | undefined): Xml | undefined =>
  text === undefined ? undefined : element(name, text);

/** Whether every character may stand in an XML 1.0 document. */
export const isXmlText = (text: string): boolean => !NOT_XML.test(text);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 forbids
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const ALL_NOT_XML = new RegExp(NOT_XML, 'g');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;', // a bare one would be read as a line feed
};

const escapeXml = (text: string): string =>
  text.replace(ALL_NOT_XML, '\ufffd').replace(/[&<>\r]/g, (character) => ENTITIES[character] ?? character);
