import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '@logs-collector/runtime/error-code';
import BetterSqlite3 from 'better-sqlite3';

const MAX_INSTANCES = 64;

/** Held for the life of the process. */
export interface BufferDirectory {
  readonly path: string;
  release(): void;
}

/**
 * A directory for the disk buffers of this process alone: the first that no other instance holds, so that whatever a
 * crash left behind is taken up by the next start. The lock is SQLite's on a tiny file, which the kernel releases
 * however the process ends.
 */
export function takeBufferDirectory(root: string): BufferDirectory {
  for (let number = 1; number <= MAX_INSTANCES; number += 1) {
    const path = join(root, String(number));
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = new BetterSqlite3(`${path}.lock`, { timeout: 0 });
    try {
      lock.pragma('locking_mode = EXCLUSIVE');
      lock.exec('BEGIN EXCLUSIVE');
      return { path, release: () => lock.close() };
    } catch (error) {
      lock.close();
      if (!errorCode(error)?.startsWith('SQLITE_BUSY')) throw error;
    }
  }
  throw new Error(`More than ${MAX_INSTANCES} instances use this DATA_DIR.`);
}
