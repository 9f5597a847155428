import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Log } from '@lab/shared/log.ts';
import type { Segment } from '../domain/block.ts';
import type { Digests } from '../domain/checksums.ts';
import { Crc64 } from '../domain/crc64.ts';
import type { ByteRange } from '../domain/range.ts';

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

/** Few large reads and writes rather than many small ones, and little enough for many transfers at once. */
const CHUNK_BYTES = 256 * 1024;

export function directoryContent(directory: string, log: Log): Content {
  const incoming = join(directory, 'incoming');
  const kept = join(directory, 'kept');
  mkdirSync(incoming, { recursive: true });
  mkdirSync(kept, { recursive: true });
  const readers = new Map<string, number>();
  const doomed = new Set<string>();

  const remove = (file: string): void => {
    rm(join(kept, file), { force: true }).catch((error) => log.warn({ reason: String(error) }, 'a file was left over'));
  };
  const pin = (file: string): void => {
    readers.set(file, (readers.get(file) ?? 0) + 1);
  };
  const unpin = (file: string): void => {
    const left = (readers.get(file) ?? 1) - 1;
    if (left > 0) {
      readers.set(file, left);
      return;
    }
    readers.delete(file);
    if (doomed.delete(file)) remove(file);
  };

  return {
    receive: async (body) => {
      const file = randomUUID();
      const path = join(incoming, file);
      try {
        const digests = await writeFile(path, body);
        if (digests.size === 0) {
          await rm(path, { force: true });
          return { ...digests, file: null };
        }
        await rename(path, join(kept, file));
        await flushDirectory(kept);
        return { ...digests, file };
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },
    hold: (pieces) => {
      const files = [...new Set(pieces.map(({ file }) => file))];
      files.forEach(pin);
      return {
        writeTo: (out) => copyPieces(kept, pieces, out),
        bytes: () => readPieces(kept, pieces),
        close: () => files.forEach(unpin),
      };
    },
    discard: (files) => {
      for (const file of files) {
        if (readers.has(file)) doomed.add(file);
        else remove(file);
      }
    },
    sweep: (known) => {
      rmSync(incoming, { recursive: true, force: true });
      mkdirSync(incoming);
      const orphans = readdirSync(kept).filter((file) => !known.has(file));
      for (const file of orphans) rmSync(join(kept, file), { force: true });
      if (orphans.length > 0) log.info({ files: orphans.length }, 'content that nothing refers to was removed');
    },
  };
}

async function writeFile(path: string, body: AsyncIterable<Uint8Array>): Promise<Digests> {
  const md5 = createHash('md5');
  const crc64 = new Crc64();
  let size = 0;
  const handle = await open(path, 'wx');
  try {
    for await (const chunks of batches(body)) {
      const { bytesWritten } = await handle.writev(chunks);
      let bytes = 0;
      for (const chunk of chunks) {
        md5.update(chunk);
        crc64.update(chunk);
        bytes += chunk.length;
      }
      if (bytesWritten !== bytes) throw new Error('the disk took a part of the content only');
      size += bytes;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { size, md5: md5.digest('base64'), crc64: crc64.digest() };
}

/** The network's small chunks together, for few writes. While one is written, the client waits. */
async function* batches(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    batch.push(chunk);
    bytes += chunk.length;
    if (bytes < CHUNK_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (bytes > 0) yield batch;
}

/** The name of a file is safe only when its directory has been written as well. */
async function flushDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Two buffers per transfer, whatever its size: one is read while the other is sent. A stream of fresh buffers costs tens
 * of megabytes, because the collector sees how little each weighs and not how much memory is behind it.
 */
async function copyPieces(directory: string, pieces: readonly Piece[], out: Writable): Promise<void> {
  const bytes = pieces.reduce((sum, { start, end }) => sum + end - start, 0);
  let [reading, sending] = [0, 1].map(() => Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, bytes))) as [Buffer, Buffer];
  let sent: Promise<void> = Promise.resolve();
  try {
    for (const { file, start, end } of pieces) {
      const handle = await open(join(directory, file), 'r');
      try {
        for (let position = start; position < end; ) {
          const { bytesRead } = await handle.read(reading, 0, Math.min(reading.length, end - position), position);
          if (bytesRead === 0) throw new Error('a content file is shorter than its row says');
          position += bytesRead;
          await sent;
          sent = write(out, reading.subarray(0, bytesRead));
          sent.catch(() => {}); // it is awaited later; meanwhile nobody listens, which would end the process
          [reading, sending] = [sending, reading];
        }
      } finally {
        await handle.close();
      }
    }
  } finally {
    await sent;
  }
}

/** Resolves when the bytes have left: only then may their buffer be used again. Rejects also when the peer goes away. */
function write(out: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the connection was closed'));
    if (out.destroyed) return gone();
    out.once('close', gone);
    out.write(chunk, (error) => {
      out.off('close', gone);
      if (error) reject(error);
      else resolve();
    });
  });
}

async function readPieces(directory: string, pieces: readonly Piece[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (const { file, start, end } of pieces) {
    const handle = await open(join(directory, file), 'r');
    try {
      const buffer = Buffer.alloc(end - start);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
      chunks.push(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  }
  return Buffer.concat(chunks);
}

/** The one segment of content that came in one piece; none where it was empty. */
export const segmentsOf = ({ file, size }: Received): readonly Segment[] =>
  file === null ? [] : [{ file, size, blockId: null }];
