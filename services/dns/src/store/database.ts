import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '@lab/shared/sqlite.ts';

/** This service's database. @param path `:memory:` for tests only. */
export const openDnsDatabase = (path: string): Database =>
  openDatabase(path, fileURLToPath(new URL('./migrations', import.meta.url)));
