export type ExcerptLine = { readonly number: number; readonly text: string; readonly isMarked: boolean };

/**
 * The marked lines of docker-compose.yml with what they belong to: from the line that begins their block, if it is near, to a
 * few lines after them.
 */
export function excerptLines(file: readonly string[], first: number, last: number): ExcerptLine[] {
  const begin = Math.max(blockOf(file, first) ?? first - AROUND, first - FARTHEST, 1);
  const end = Math.min(last + AROUND, file.length);
  return file.slice(begin - 1, end).map((text, index) => ({
    number: begin + index,
    text,
    isMarked: begin + index >= first && begin + index <= last,
  }));
}

/** The line of the service or the network that a line is of: the nearest above it with two spaces before it. */
function blockOf(file: readonly string[], line: number): number | undefined {
  for (let at = line; at >= 1; at -= 1) if (/^ {2}[\w-]+:/.test(file[at - 1] ?? '')) return at;
  return undefined;
}

const AROUND = 2;
const FARTHEST = 16;
