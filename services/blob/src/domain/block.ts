import { invalidQuery, refuse } from './failures.ts';

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

/**
 * Ids are the base64 form of 1 to 64 bytes.
 * @throws InvalidQueryParameterValue for what is no base64, InvalidBlobOrBlock for a longer one.
 */
export function checkBlockId(id: string): void {
  if (!isBase64(id)) throw invalidQuery('blockid', id.slice(0, 128), 'Not a valid base64 string.');
  if (Buffer.from(id, 'base64').length > 64) throw refuse('InvalidBlobOrBlock');
}

export const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
