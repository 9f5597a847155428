import { fileURLToPath } from 'node:url';

/** The lab file of the repository, of which the published package has a copy. */
export const defaultLabFile = (): string => fileURLToPath(new URL('../../../lab.yaml', import.meta.url));
