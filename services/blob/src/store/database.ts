import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '@lab/shared/sqlite.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

export const openBlobDatabase = (path: string): Database => openDatabase(path, MIGRATIONS);
