/** The managed identity lab in this process, for tests: see README.md. */
export { startLab } from './start-lab.ts';
export type * from './types.ts';
