import { errorCode } from '@logs-collector/runtime/error-code';
import { CodedError, errorKind, retryAfter } from '../common/errors/coded-error.js';
import { commonErrors } from '../common/errors/common.errors.js';

const kinds = { full: errorKind('database_full', 507, 'There is no space left for the database') };

const RETRY_MS = 5_000;
const FULL_RETRY_MS = 60_000;

/** disk_full of PostgreSQL, and SQLite's own; its shared memory file cannot grow on a full volume either. */
const FULL = new Set(['53100', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE']);

/** Connection failures, ends and starts of the server, no resources, a standby, a wait that was cut short; by SQLSTATE. */
const UNAVAILABLE_SQLSTATE = /^(?:08[0-9A-Z]{3}|57P0[1-5]|53[0-9A-Z]{3}|25006|55P03|57014|40001|40P01)$/;
const UNAVAILABLE_SQLITE = /^SQLITE_(?:BUSY|LOCKED|READONLY|CANTOPEN)/;
const UNAVAILABLE_NETWORK = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** pg and TypeORM give these no code. */
const UNAVAILABLE_MESSAGE =
  /^(?:Connection terminated|Client has encountered a connection error|timeout e(?:xpired|xceeded when trying to connect)|Client was closed and is not queryable|query runner is already released)/i;

/** A database that cannot take more, as opposed to one that is not there or one that found a fault of ours. */
export function isDatabaseFull(error: unknown): boolean {
  return FULL.has(errorCode(error) ?? '');
}

/** What a client is told of a failure of the database; undefined where the error says something else. */
export function databaseProblem(error: unknown): CodedError | undefined {
  if (isDatabaseFull(error)) {
    return new CodedError(
      kinds.full,
      'The server has no space left to record this. An administrator has to make room.',
      {
        headers: retryAfter(FULL_RETRY_MS),
        cause: error,
      },
    );
  }
  if (!isUnavailable(error)) return undefined;
  return commonErrors.unavailable(RETRY_MS, 'The database cannot be reached at the moment. Try again.', error);
}

function isUnavailable(error: unknown): boolean {
  // Node tries every address of a name, and gathers what was wrong with each.
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true;
  const code = errorCode(error);
  if (code === undefined) return error instanceof Error && UNAVAILABLE_MESSAGE.test(error.message);
  return [UNAVAILABLE_SQLSTATE, UNAVAILABLE_SQLITE, UNAVAILABLE_NETWORK].some((pattern) => pattern.test(code));
}
