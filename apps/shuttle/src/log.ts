import pino, { type Logger } from 'pino';
import { loggedError } from './logged-error.js';

/** The program's log: JSON lines, one object each. */
export type ShuttleLog = Logger;

export function createLog(level: string): ShuttleLog {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: loggedError },
  });
}
