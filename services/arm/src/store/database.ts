import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '@lab/shared/sqlite.ts';

/** The service's own database, up to date. `:memory:` for tests only. */
export const openArmDatabase = (path: string): Database =>
  openDatabase(path, fileURLToPath(new URL('migrations', import.meta.url)));
