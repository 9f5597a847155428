/** Bytes `start` to `end`, the last one not included. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * The range that a request asks for, cut at the end of the blob; undefined means all of it. Only `bytes=a-b` and
 * `bytes=a-` are known: suffix ranges, several ranges and anything unreadable are ignored, as in Azure.
 *
 * @param headers `x-ms-range` wins over `Range`.
 * @returns 'unsatisfiable' when it starts behind the last byte, so for every range on an empty blob: Python relies on the
 *   416 that follows.
 * @see https://learn.microsoft.com/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations
 */
export function parseRange(
  headers: { readonly msRange: string | undefined; readonly range: string | undefined },
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d+)?$/.exec((headers.msRange ?? headers.range ?? '').trim()) ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  if (last !== undefined && Number(last) < start) return undefined;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === undefined ? size : Math.min(Number(last) + 1, size) };
}
