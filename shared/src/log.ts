import { type Logger, pino } from 'pino';

/** One JSON object per line on standard output. Callers never log headers or bodies: that is where secrets are. */
export type Log = Logger;

export const consoleLog = (service: string, level = 'info'): Log =>
  pino({ level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime });

export const silentLog: Log = pino({ level: 'silent' });
