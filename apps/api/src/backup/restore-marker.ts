import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory, writeFileDurably } from '@logs-collector/runtime/durable-file';
import { RESTORE_MARKER } from '../config/data-directory.js';

/** The snapshot whose restore was begun in this DATA_DIR and has not been completed; undefined where there is none. */
export function restoreUnderWay(dataDir: string): string | undefined {
  try {
    return readFileSync(join(dataDir, RESTORE_MARKER), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** From here on no server starts on this DATA_DIR. */
export function markRestore(dataDir: string, snapshot: string): void {
  writeFileDurably(join(dataDir, RESTORE_MARKER), `${snapshot}\n`);
}

export function unmarkRestore(dataDir: string): void {
  unlinkSync(join(dataDir, RESTORE_MARKER));
  syncDirectory(dataDir);
}
