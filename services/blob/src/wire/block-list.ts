import { SaxesParser } from 'saxes';
import { type BlockChoice, isBase64, MAX_COMMITTED_BLOCKS } from '../domain/block.ts';
import { refuse } from '../domain/failures.ts';

const SOURCES: readonly string[] = ['Latest', 'Committed', 'Uncommitted'] satisfies BlockChoice['from'][];

/**
 * Reads the body of a Put Block List while it arrives. Order and repetitions are kept: they are the blob.
 *
 * @throws InvalidXmlDocument, InvalidBlockList, BlockListTooLong, from `write` or `end`
 * @see https://learn.microsoft.com/rest/api/storageservices/put-block-list
 */
export function blockListParser(): { write(chunk: Uint8Array): void; end(): readonly BlockChoice[] } {
  const choices: BlockChoice[] = [];
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const path: string[] = [];
  let text = '';
  let closed = false;
  const parser = new SaxesParser();
  const invalid = (): never => {
    throw refuse('InvalidXmlDocument');
  };
  parser.on('error', invalid);
  parser.on('doctype', invalid); // entities of its own have no place here
  parser.on('opentag', ({ name }) => {
    if (path.length === 0 ? name !== 'BlockList' : path.length > 1 || !SOURCES.includes(name)) invalid();
    path.push(name);
    text = '';
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('closetag', ({ name }) => {
    path.pop();
    if (path.length === 0) {
      closed = true;
      return;
    }
    const id = text.trim();
    text = '';
    if (choices.length >= MAX_COMMITTED_BLOCKS) throw refuse('BlockListTooLong');
    choices.push({ from: name as BlockChoice['from'], id });
  });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      return invalid();
    }
  };
  return {
    write: (chunk) => {
      parser.write(decode(chunk));
    },
    end: () => {
      parser.write(decode()).close();
      if (!closed) invalid();
      if (!choices.every(({ id }) => isBase64(id))) throw refuse('InvalidBlockList');
      return choices;
    },
  };
}
