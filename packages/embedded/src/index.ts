/** The managed identity lab in this process, for tests: see README.md. */
export type { ClockState, EmbeddedClock } from './clock.ts';
export type { SdkOption } from './options.ts';
export { type EmbeddedLab, type StartLabOptions, startLab } from './start-lab.ts';
