import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Piece } from '../domain/storage.ts';

/** Few large reads rather than many small ones, and little enough for many transfers at once. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Two buffers per transfer, whatever its size: one is read while the other is sent. A stream of fresh buffers costs tens
 * of megabytes, because the collector sees how little each weighs and not how much memory is behind it.
 */
export async function copyPieces(directory: string, pieces: readonly Piece[], out: Writable): Promise<void> {
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

/** All of the pieces at once: for ranges of at most a few megabytes. */
export async function readPieces(directory: string, pieces: readonly Piece[]): Promise<Buffer> {
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
