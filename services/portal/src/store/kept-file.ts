import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Log } from '@lab/shared/log.ts';
import type { z } from 'zod';

/** What is read as often as anybody asks, and written as a whole. */
export type Kept<T> = { read(): T; write(value: T): void };

/**
 * A JSON file, which is replaced as a whole: who ends the portal in between leaves the one before it.
 *
 * @param none What there is where no file is yet, or what is there cannot be read: nothing depends on it but what a list shows.
 * @param what It is, for the log.
 */
export function keptFile<T>(
  path: string,
  schema: z.ZodType<T>,
  { none, what, log }: { none: T; what: string; log: Log },
): Kept<T> {
  let kept = readKept();
  return {
    read: () => kept,
    write: (value) => {
      kept = value;
      try {
        writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (err) {
        // Whoever works with it can go on; only a restart would forget it.
        log.warn({ err }, `${what} cannot be kept`);
      }
    },
  };

  function readKept(): T {
    try {
      return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err }, `${what} cannot be read, and begin anew`);
      return none;
    }
  }
}
