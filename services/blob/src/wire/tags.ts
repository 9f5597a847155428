import { SaxesParser } from 'saxes';
import { refuse } from '../domain/failures.ts';
import { checkedTags, type Tags } from '../domain/tags.ts';
import { DECLARATION, element, type Xml } from './xml.ts';

export const tagsXml = (tags: Tags): string => DECLARATION + tagSetXml(tags);

/** As it stands in an answer of its own, and in a list of blobs. */
export const tagSetXml = (tags: Tags): Xml =>
  element('Tags', [
    element(
      'TagSet',
      tags.map(([key, value]) => element('Tag', [element('Key', key), element('Value', value)])),
    ),
  ]);

const WITHIN: Readonly<Record<string, string>> = { '': 'Tags', Tags: 'TagSet', TagSet: 'Tag' };

/**
 * The body of Set Blob Tags.
 * @throws InvalidXmlDocument for what is no such document, and for what tags cannot be.
 */
export function parseTagsXml(body: Uint8Array): Tags {
  const invalid = (): never => {
    throw refuse('InvalidXmlDocument');
  };
  const tags: [string, string][] = [];
  const path: string[] = [];
  let tag: { Key?: string; Value?: string } = {};
  let text = '';
  const parser = new SaxesParser();
  parser.on('error', invalid);
  parser.on('doctype', invalid); // entities of its own have no place here
  parser.on('opentag', ({ name }) => {
    const within = path.at(-1) ?? '';
    const isPart = within === 'Tag' && (name === 'Key' || name === 'Value') && tag[name] === undefined;
    if (!isPart && WITHIN[within] !== name) invalid();
    path.push(name);
    text = '';
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('closetag', ({ name }) => {
    path.pop();
    if (name === 'Key' || name === 'Value') tag[name] = text;
    if (name !== 'Tag') return;
    tags.push([tag.Key ?? invalid(), tag.Value ?? '']);
    tag = {};
  });
  try {
    parser.write(new TextDecoder('utf-8', { fatal: true }).decode(body)).close();
  } catch {
    invalid();
  }
  return checkedTags(tags);
}
