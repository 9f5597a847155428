import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The lab file of the repository; in the published package a copy of it lies beside `package.json`. */
export const defaultLabFile = (): string => {
  const [packed, checkout] = ['../lab.yaml', '../../../lab.yaml'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ) as [string, string];
  return existsSync(packed) ? packed : checkout;
};
