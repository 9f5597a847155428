import { isAlias, isMap, isNode, isScalar, isSeq, type Node, parseDocument } from 'yaml';

/** Maps in lab.yaml whose values are a secret, or the data of somebody. */
const HOLDS_SECRETS = 'secrets';
const HOLDS_DATA = 'blobs';

export type ShownLabFile = {
  /** With `(secret)` and `(data)` in place of values; its comments and names as they are. */
  readonly text: string;
  /** The values that were taken out of it. */
  readonly secrets: readonly string[];
};

/**
 * A lab file to be shown to others.
 * A file that is no YAML is not shown at all: where its secrets are cannot be told.
 */
export function withoutSecrets(text: string): ShownLabFile {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0)
    return { text: '(left out: it is no YAML, so its secrets cannot be told)\n', secrets: [] };
  const secrets: string[] = [];
  /** Every text below, names of members apart. */
  const blank = (node: unknown, word: string): void => {
    if (isAlias(node)) blank(node.resolve(document), word);
    else if (isScalar(node)) {
      if (word === SECRET && node.value !== null && node.value !== word) secrets.push(String(node.value));
      node.value = word;
      delete node.source;
      node.type = 'PLAIN';
    } else if (isMap(node)) {
      for (const { key, value } of node.items) {
        const isValue = !isScalar(key) || ['value', 'content'].includes(String(key.value));
        if (isValue) blank(value, word);
      }
    } else if (isSeq(node)) for (const item of node.items) blank(item, word);
  };
  const walk = (node: Node | null | undefined): void => {
    if (isSeq(node)) for (const item of node.items) if (isNode(item)) walk(item);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? key.value : undefined;
      const held = isAlias(value) ? value.resolve(document) : value;
      if ((name === HOLDS_SECRETS || name === HOLDS_DATA) && isMap(held)) {
        for (const { value: one } of held.items) blank(one, name === HOLDS_SECRETS ? SECRET : '(data)');
      } else if (isNode(held)) walk(held);
    }
  };
  walk(document.contents);
  return { text: document.toString({ lineWidth: 0 }), secrets };
}

const SECRET = '(secret)';
