import { invalidQuery } from './failures.ts';

/** A run of bytes in one file of the content store. A blob is a list of them. */
export type Segment = {
  readonly file: string;
  readonly size: number;
  /** Base64, as sent; null for content that came in one Put Blob. */
  readonly blockId: string | null;
};

/** A block as Get Block List shows it. */
export type Block = { readonly id: string; readonly size: number };

/** One line of a Put Block List: which block, and where to look for it. */
export type BlockChoice = { readonly from: 'Latest' | 'Committed' | 'Uncommitted'; readonly id: string };

export const MAX_COMMITTED_BLOCKS = 50_000;
export const MAX_UNCOMMITTED_BLOCKS = 100_000;
/** Seconds that an uncommitted block is kept. */
export const UNCOMMITTED_LIFETIME = 7 * 86_400;

/** @throws InvalidQueryParameterValue for what is not the base64 form of 1 to 64 bytes. */
export function checkBlockId(id: string): void {
  const decoded = isBase64(id) ? Buffer.from(id, 'base64').length : 0;
  if (decoded < 1 || decoded > 64) throw invalidQuery('blockid', id.slice(0, 128), 'Not a valid base64 string.');
}

export const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
