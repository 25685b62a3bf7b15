import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import BetterSqlite3 from 'better-sqlite3';

/** Held for the life of the process. */
export interface InstallationLock {
  release(): void;
}

/**
 * Makes sure that no second server works on the same SQLite file: each would take its own queue for the only one.
 * The lock is SQLite's own lock on a tiny database beside the real one, so the kernel releases it however the process
 * ends. On PostgreSQL several servers may work side by side.
 */
export function lockInstallation(target: DatabaseTarget): InstallationLock {
  if (target.kind === 'postgres') return { release: () => undefined };
  mkdirSync(dirname(target.path), { recursive: true, mode: 0o700 });
  const lock = new BetterSqlite3(`${realPath(target.path)}.lock`, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (errorCode(error)?.startsWith('SQLITE_BUSY')) {
      throw new SettingsError(['DB_URL names a database that another running server uses; stop that one first']);
    }
    throw error;
  }
  return { release: () => lock.close() };
}

/** One name for the file, by whatever links it was named: it is the file that must not be shared. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}
