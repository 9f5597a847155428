import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@lab/shared/log.ts';
import type { Digests } from '../domain/checksums.ts';
import { Crc64 } from '../domain/crc64.ts';
import type { Content } from '../domain/storage.ts';
import { copyPieces, readPieces } from './pieces.ts';

/** Few large writes rather than many small ones, and little enough for many uploads at once. */
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
