/** What Node and PostgreSQL say when the server cannot be reached, is ending, is starting, or takes no more. */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08[0-9A-Z]{3}|57P0[1-3]|53300)$/;
/** pg tells some ends of a connection in words only. */
const WORDS =
  /connection terminated|connection timeout|not queryable|client was closed|query runner is already released/i;

/** Whether a database could not be asked, so that the same request may succeed in a moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (CODES.test(code) && ('query' in error || 'severity' in error || 'syscall' in error)) return true;
  if (WORDS.test(error.message)) return true;
  return error instanceof AggregateError && error.errors.some(isDatabaseAway);
}
