import pino, { type DestinationStream, type Logger } from 'pino';
import type { Settings } from '../../config/settings.js';
import { requestContext } from '../request-context.js';
import { readableLines } from './readable-lines.js';

/** The program's log: JSON lines, one object each. */
export type AppLog = Logger;

/** Members that hold secrets wherever they appear, as far as two levels down. */
const SECRET_MEMBERS = [
  ...['authorization', 'cookie', '"set-cookie"', '"upload-token"', '"upload-key"'],
  ...['token', 'password', 'otp', 'secret', 'access', 'refresh'],
];

/** Writes to standard output: JSON for machines, readable lines when a person looks at a terminal. */
export function createLog(
  settings: Pick<Settings, 'LOG_LEVEL' | 'DEBUG' | 'TZ'>,
  destination: DestinationStream = process.stdout.isTTY ? readableLines(process.stdout, settings.TZ) : process.stdout,
): AppLog {
  return pino(
    {
      level: logLevel(settings),
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_MEMBERS.flatMap((name) => [name, nested(name)]),
        censor: '[redacted]',
      },
      serializers: { error: (error: unknown) => describeError(error, settings.DEBUG) },
      mixin: () => {
        const context = requestContext();
        return context ? { request_id: context.requestId } : {};
      },
      // What a line says itself wins over what the surroundings know.
      mixinMergeStrategy: (own, surroundings) => ({ ...surroundings, ...own }),
    },
    destination,
  );
}

function nested(name: string): string {
  return name.startsWith('"') ? `*[${name}]` : `*.${name}`;
}

/** DEBUG adds detail; it never takes lines away from a more talkative LOG_LEVEL, nor makes a silent log speak. */
function logLevel(settings: Pick<Settings, 'LOG_LEVEL' | 'DEBUG'>): string {
  const isTerse = !['trace', 'debug', 'silent'].includes(settings.LOG_LEVEL);
  return settings.DEBUG && isTerse ? 'debug' : settings.LOG_LEVEL;
}

/**
 * An error as fields. Only what is known to be safe: database errors carry the statement and its parameters, which may
 * be secrets. `withDetail` adds the chain of causes.
 */
export function describeError(error: unknown, withDetail: boolean): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? { type: 'unknown' } : String(error);
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && (typeof error.code === 'string' || typeof error.code === 'number')
      ? { error_code: error.code }
      : {}),
    stack: error.stack,
    ...(withDetail && error.cause !== undefined ? { cause: describeError(error.cause, withDetail) } : {}),
  };
}
