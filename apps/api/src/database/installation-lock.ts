import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { errorCode } from '@logs-collector/runtime/error-code';
import { makeDirectory } from '@logs-collector/runtime/make-directory';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import BetterSqlite3 from 'better-sqlite3';

/** Held for the life of the process. */
export interface InstallationLock {
  release(): void;
}

/**
 * Makes sure that no second server works on the same SQLite file: each would take its own queue for the only one.
 * On PostgreSQL several servers may work side by side.
 */
export function lockInstallation(target: DatabaseTarget): InstallationLock {
  if (target.kind === 'postgres') return { release: () => undefined };
  try {
    makeDirectory(dirname(target.path));
  } catch (error) {
    throw new SettingsError([
      `DB_URL names a file in a directory that cannot be made or entered (${errorCode(error)})`,
    ]);
  }
  const lock = tryLock(`${realPath(target.path)}.lock`);
  if (lock) return lock;
  throw new SettingsError(['DB_URL names a database that another running server uses; stop that one first']);
}

/**
 * The lock is SQLite's own lock on a tiny database, so the kernel releases it however the process ends. Undefined where
 * somebody else holds it.
 */
export function tryLock(path: string): InstallationLock | undefined {
  const lock = new BetterSqlite3(path, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return { release: () => lock.close() };
  } catch (error) {
    lock.close();
    if (errorCode(error)?.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
}

/** One name for the file, by whatever links it was named: it is the file that must not be shared. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}
