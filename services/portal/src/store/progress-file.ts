import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Log } from '@lab/shared/log.ts';
import { Progress, type ProgressStore } from '../domain/progress.ts';

/** Progress in a JSON file, which is replaced as a whole: who ends the portal in between leaves the one before it. */
export function progressFile(path: string, log: Log): ProgressStore {
  let kept = readProgress(path, log);
  return {
    read: () => kept,
    write: (progress) => {
      kept = progress;
      try {
        writeFileSync(`${path}.new`, JSON.stringify(progress), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (err) {
        // Whoever works on an exercise can go on; only a restart would forget it.
        log.warn({ err }, 'progress of the exercises cannot be kept');
      }
    },
  };
}

/** Empty where there is none yet, or what is there cannot be read: nothing depends on it but what a list shows. */
function readProgress(path: string, log: Log): Progress {
  try {
    return Progress.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err }, 'progress of the exercises is lost');
    return {};
  }
}
