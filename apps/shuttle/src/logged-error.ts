import { types } from 'node:util';

/** More would be the same of other partitions and brokers. */
const MOST_REASONS = 5;

/** Only what is known to be safe: errors of databases carry statements with their parameters. */
export function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: 'unknown' };
  const code = textOf(error, 'code');
  const reasons = code?.startsWith('PLT_KFK_') ? [...new Set(reasonsBehind(error))].slice(0, MOST_REASONS) : undefined;
  return { type: error.name, message: error.message, error_code: code, reasons, stack: error.stack };
}

/** The client's own errors only say what was tried; what the network or a broker said is behind them. */
function reasonsBehind(error: Error): string[] {
  const behind = [...(error instanceof AggregateError ? error.errors : []), error.cause].filter((inner) =>
    types.isNativeError(inner),
  );
  return behind.flatMap((inner) => {
    const reasons = reasonsBehind(inner);
    return reasons.length > 0 ? reasons : [reasonOf(inner)];
  });
}

function reasonOf(error: Error): string {
  const name = textOf(error, 'apiId');
  return name === undefined ? error.message : `${error.message} (${name})`;
}

function textOf(error: Error, field: 'code' | 'apiId'): string | undefined {
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : undefined;
}
