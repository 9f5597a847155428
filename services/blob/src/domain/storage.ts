/**
 * What the data plane keeps, as the domain sees it: containers, blobs, waiting blocks, and the bytes of both. `store/`
 * fulfils these with SQLite and files; a missing thing is undefined, a refused write throws.
 */
import type { Writable } from 'node:stream';
import type { Blob, BlobDescription, BlobKey, Container, ContainerKey, Stamp } from './blob.ts';
import type { Segment } from './block.ts';
import type { Digests } from './checksums.ts';
import type { Metadata } from './metadata.ts';
import type { ByteRange } from './range.ts';
import type { Tags } from './tags.ts';

/** Where data is. */
export type Storage = {
  readonly containers: Containers;
  readonly blobs: Blobs;
  readonly blocks: Blocks;
  readonly content: Content;
};

export type Containers = {
  find(key: ContainerKey): Container | undefined;
  /** @throws ContainerAlreadyExists */
  create(key: ContainerKey, container: Stamp & { readonly metadata: Metadata }): void;
  setMetadata(key: ContainerKey, change: Stamp & { readonly metadata: Metadata }): void;
  /** With all that is in it. @returns the files that nothing names any more. */
  remove(key: ContainerKey): readonly string[];
  /** All containers of an account. @returns as `remove` does. */
  removeAll(accountId: string): readonly string[];
  /** Those with `name >= from`, in order. */
  list(accountId: string, from: string, limit: number): readonly Container[];
};

/**
 * Called inside a write's transaction with the blob as it is then, and throws when the write is not to happen: two
 * uploads that both saw no blob when they began cannot both create it.
 */
export type Guard = (current: Blob | undefined) => void;

/** What a write did, and the files that nothing names any more. */
export type Written = { readonly blob: Blob; readonly freed: readonly string[] };

/** A name in a listing. Without a blob: uncommitted blocks alone. */
export type Listed = { readonly name: string; readonly blob: Blob | undefined };

export type Blobs = {
  find(key: BlobKey): Blob | undefined;
  /** The pieces of files that hold a range of the blob, in order. */
  pieces(blob: Blob, range: ByteRange): readonly Piece[];
  segments(blob: Blob): readonly Segment[];
  /** Replaces blob and content, and drops uncommitted blocks. @throws ContainerNotFound, what `guard` throws */
  put(key: BlobKey, description: BlobDescription & Stamp, segments: readonly Segment[], guard: Guard): Written;
  /** Changes the description alone. @throws BlobNotFound, ContainerNotFound, what `guard` throws */
  describe(key: BlobKey, change: (current: Blob) => BlobDescription, stamp: Stamp, guard: Guard): Blob;
  /** Replaces the tags alone; the stamp stays. @throws BlobNotFound, ContainerNotFound, what `guard` throws */
  setTags(key: BlobKey, tags: Tags, guard: Guard): void;
  /** @returns freed files. @throws BlobNotFound, ContainerNotFound, what `guard` throws */
  remove(key: BlobKey, guard: Guard): readonly string[];
  /** Those with `name >= from`, in order. */
  list(key: ContainerKey, from: string, limit: number, withUncommitted: boolean): readonly Listed[];
};

export type Blocks = {
  /**
   * Adds a block, or replaces the one with its id.
   * @returns freed files. @throws ContainerNotFound, InvalidBlobOrBlock, BlockCountExceedsLimit
   */
  add(key: BlobKey, block: Segment & { readonly blockId: string }, created: number): readonly string[];
  /** Uncommitted ones, in the order in which they were added. */
  list(key: BlobKey): readonly (Segment & { readonly blockId: string })[];
  /** @returns freed files. */
  removeOlderThan(created: number): readonly string[];
  /** Every file that any row names, of blobs and of blocks. */
  allFiles(): ReadonlySet<string>;
};

export type Received = Digests & {
  /** Its file; null where nothing came, for an empty body needs none. */
  readonly file: string | null;
};

/** Part of one file. */
export type Piece = ByteRange & { readonly file: string };

/** The bytes of blobs, in files that are written once and never changed. Which blob they belong to is the database's. */
export type Content = {
  /** Streams to disk. When it resolves, the file survives a loss of power; when it rejects, nothing is left. */
  receive(body: AsyncIterable<Uint8Array>): Promise<Received>;
  /**
   * Keeps the files of these pieces from being removed until `close` is called. Call it in the same turn in which the
   * pieces were looked up.
   */
  hold(pieces: readonly Piece[]): Held;
  /** Removes files that no row names any more, each as soon as its last reader is done. */
  discard(files: readonly string[]): void;
  /** Removes every file that is not among these: what a killed process left behind. Call before the first request. */
  sweep(known: ReadonlySet<string>): void;
};

/** The bytes of a blob as they were when they were asked for. */
export type Held = {
  /** Writes them in order, each chunk when the one before has been taken. Rejects when either side fails. */
  writeTo(out: Writable): Promise<void>;
  bytes(): Promise<Buffer>;
  close(): void;
};

/** The one segment of content that came in one piece; none where it was empty. */
export const segmentsOf = ({ file, size }: Received): readonly Segment[] =>
  file === null ? [] : [{ file, size, blockId: null }];
