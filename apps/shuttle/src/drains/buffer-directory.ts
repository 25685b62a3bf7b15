import { mkdirSync, readdirSync } from 'node:fs';
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
 * A directory for the disk buffers of this process alone: the first that no other instance holds. What the others left in
 * theirs is `InheritedBuffers`' to bring back. The lock is SQLite's on a tiny file, which the kernel releases however the
 * process ends.
 */
export function takeBufferDirectory(root: string): BufferDirectory {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  for (let number = 1; number <= MAX_INSTANCES; number += 1) {
    const held = holdBufferDirectory(join(root, String(number)));
    if (!held) continue;
    mkdirSync(held.path, { recursive: true, mode: 0o700 });
    return held;
  }
  throw new Error(`More than ${MAX_INSTANCES} instances use this DATA_DIR.`);
}

/** Undefined where another instance has it. */
export function holdBufferDirectory(path: string): BufferDirectory | undefined {
  const lock = new BetterSqlite3(`${path}.lock`, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return { path, release: () => lock.close() };
  } catch (error) {
    lock.close();
    if (!errorCode(error)?.startsWith('SQLITE_BUSY')) throw error;
    return undefined;
  }
}

/** Those of all instances that there ever were. */
export function listBufferDirectories(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\d{1,2}$/.test(entry.name))
    .map(({ name }) => join(root, name));
}
