import { type Alias, type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { LabFile } from './lab-file.ts';

/** A file that cannot be used. `message` has one line per mistake: `lab.yaml:12: tenants.0.name: …`. */
export class LabFileError extends Error {
  override readonly name = 'LabFileError';
}

export type LoadedLab = {
  readonly lab: LabFile;
  /** Line of what stands at this path of keys and indices, for whoever finds a mistake later. */
  lineOf(path: readonly PropertyKey[]): number;
};

/**
 * Parses and validates a lab file. Every mistake is reported, with its line.
 *
 * @param name What to call the file in messages.
 * @param complete Adds to what the file says before it is checked.
 * @throws LabFileError
 */
export function loadLab(
  text: string,
  name = 'lab.yaml',
  complete: (file: unknown) => unknown = (file) => file,
): LoadedLab {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map((error) => `${name}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
    throw new LabFileError(firstOf(mistakes));
  }
  const lineOf = (path: readonly PropertyKey[]): number => {
    const node = deepestNode(document.contents, path);
    return node?.range ? lines.linePos(node.range[0]).line : 1;
  };
  const result = LabFile.safeParse(complete(contentOf(document, lines, name) ?? {}));
  if (!result.success) {
    const mistakes = result.error.issues.map((issue) => {
      const unknown = 'keys' in issue ? issue.keys[0] : undefined;
      const path = unknown === undefined ? issue.path : [...issue.path, unknown];
      const place = path.length === 0 ? '' : `${path.join('.')}: `; // the whole of it has no name
      return `${name}:${lineOf(path)}: ${place}${issue.message}`;
    });
    throw new LabFileError(firstOf(mistakes));
  }
  return { lab: result.data, lineOf };
}

/** As many as anybody reads. */
const MOST_MISTAKES = 100;

function firstOf(mistakes: readonly string[]): string {
  const more = mistakes.length - MOST_MISTAKES;
  return [...mistakes.slice(0, MOST_MISTAKES), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** @throws LabFileError for aliases of nothing, and for more of them than anybody means. */
function contentOf(document: Document, lines: LineCounter, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    let found: Alias | undefined;
    visit(document, {
      Alias: (_, alias) => {
        const isUnresolved = alias.resolve(document) === undefined;
        if (!found || isUnresolved) found = alias;
        return isUnresolved ? visit.BREAK : undefined;
      },
    });
    const line = found?.range ? lines.linePos(found.range[0]).line : 1;
    throw new LabFileError(`${name}:${line}: ${error instanceof Error ? error.message : 'cannot be read'}`);
  }
}

/** The node at the path, or the deepest one above it that exists. For a key of a map, the key itself: it has the line. */
function deepestNode(root: unknown, path: readonly PropertyKey[]): Node | undefined {
  let node = root as Node | null | undefined;
  let found = node ?? undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) break;
      found = pair.key as Node;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      node = node.items[Number(step)] as Node | undefined;
      found = node ?? found;
    } else break;
  }
  return found;
}
