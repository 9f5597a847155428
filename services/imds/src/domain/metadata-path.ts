import type { Node } from './instance-document.ts';

/** The node at a path of names and array indices, compared without case; undefined when there is none. */
export function nodeAt(root: Node, path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((node, segment) => {
    if (node === undefined || isLeaf(node)) return undefined;
    // Own entries only: `constructor` and `length` are no metadata.
    return Object.entries(node).find(([name]) => name.toLowerCase() === segment.toLowerCase())?.[1];
  }, root);
}

export const isLeaf = (node: Node): node is string => typeof node === 'string';

/** `format=text`: a leaf's value, or the names of a container's children, one per line, containers with a slash. */
export const toText = (node: Node): string =>
  isLeaf(node)
    ? node
    : Object.entries(node)
        .map(([name, child]) => (isLeaf(child) ? name : `${name}/`))
        .join('\n');
