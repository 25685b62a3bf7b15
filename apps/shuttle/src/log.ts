import pino, { type Logger } from 'pino';

/** The program's log: JSON lines, one object each. */
export type ShuttleLog = Logger;

export function createLog(level: string): ShuttleLog {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { error: describeError },
  });
}

/** Only what is known to be safe: errors of databases carry statements with their parameters. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: 'unknown' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { type: error.name, message: error.message, error_code: code, stack: error.stack };
}
