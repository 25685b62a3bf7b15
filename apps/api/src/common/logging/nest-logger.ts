import type { LoggerService } from '@nestjs/common';
import type { AppLog } from './logger.js';

/** Nest tells of every module and route it sets up; that is detail. */
const TALKATIVE_CONTEXTS = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);
/** What keeps the program from starting is thrown as well, and told once, by whoever ends the process. */
const REPEATING_CONTEXT = 'ExceptionHandler';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Nest's logger interface on the program's log: `new Logger('context').warn({ msg: 'constant words', field })`. */
export class NestLogger implements LoggerService {
  constructor(private readonly destination: AppLog) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(TALKATIVE_CONTEXTS.has(contextOf(rest) ?? '') ? 'debug' : 'info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write(contextOf(rest) === REPEATING_CONTEXT ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: Level, message: unknown, rest: unknown[]): void {
    this.destination[level]({ context: contextOf(rest), ...fieldsOf(message, rest) });
  }
}

/** Nest passes the name of the logger as the last argument. */
function contextOf(rest: unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}

function fieldsOf(message: unknown, rest: unknown[]): Record<string, unknown> {
  const error = [message, ...rest].find((value) => value instanceof Error);
  if (message instanceof Error) return { msg: message.message, error };
  if (typeof message === 'object' && message !== null) return { ...message };
  // Nest's own `error(message, stack, context)`.
  const stack = rest.length > 1 && typeof rest[0] === 'string' ? { stack: rest[0] } : {};
  return { msg: String(message), ...(error ? { error } : stack) };
}
