import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '@logs-collector/runtime/error-code';
import { Logger } from '@nestjs/common';
import BetterSqlite3 from 'better-sqlite3';
import { StartUpError } from '../common/errors/start-up-error.js';

/** About a quarter of a second (measured: 122 MiB in 0.2 s, 244 MiB in 0.8 s, 488 MiB in 2.4 s); starting is quick. */
const LARGEST_CHECKED_BYTES = 128 * 1024 * 1024;

/** Magic numbers of statfs(2). Their locks and their write order are not what SQLite counts on. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);

/** Whoever closes the file cleanly leaves no write-ahead log: bytes in one say that the last stop was a crash. */
export function wasLeftOpen(path: string): boolean {
  return sizeOf(`${path}-wal`) > 0;
}

/** Looks into a file whose last user crashed, unless it is so large that the start would wait for it. */
export function checkAfterCrash(path: string, logger = new Logger('database')): void {
  const bytes = sizeOf(path);
  if (bytes > LARGEST_CHECKED_BYTES) {
    logger.warn({ msg: 'the last stop was not clean; the database is too large to be checked at start', bytes });
    return;
  }
  const begin = performance.now();
  const fault = firstFault(path);
  if (fault !== undefined) throw damaged();
  const ms = Math.round(performance.now() - begin);
  logger.log({ msg: 'the last stop was not clean; the database was checked and is whole', bytes, ms });
}

/** Refusing would end installations that go well; those whose database breaks should be able to read why. */
export function warnOfNetworkFileSystem(
  path: string,
  logger = new Logger('database'),
  typeOf: (directory: string) => number = (directory) => statfsSync(directory).type,
): void {
  const kind = NETWORK_FILE_SYSTEMS.get(typeOf(dirname(path)));
  if (kind === undefined) return;
  const msg =
    'the SQLite database lies on a network file system, where it can be damaged; use a local disk or PostgreSQL';
  logger.warn({ msg, file_system: kind });
}

export function isDamage(error: unknown): boolean {
  return errorCode(error)?.startsWith('SQLITE_CORRUPT') === true;
}

export function damaged(): StartUpError {
  return new StartUpError('the SQLite database is damaged. Nothing was changed. Restore it from a backup');
}

function firstFault(path: string): string | undefined {
  // Not read-only: the write-ahead log of the crash may have to be recovered first, which writes.
  const database = new BetterSqlite3(path, { fileMustExist: true });
  try {
    const result = database.pragma('quick_check(1)', { simple: true });
    return result === 'ok' ? undefined : String(result);
  } catch (error) {
    if (isDamage(error)) return 'damaged';
    throw error;
  } finally {
    database.close();
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
