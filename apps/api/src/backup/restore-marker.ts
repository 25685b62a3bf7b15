import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createFileDurably, syncDirectory } from '@logs-collector/runtime/durable-file';
import { RESTORE_MARKER } from '../config/data-directory.js';

/** A restore that was begun and has not been completed. */
export interface RestoreUnderWay {
  readonly snapshot: string;
  /** By which it knows its own claim on a place that others see too. */
  readonly claim: string;
}

/** Of this DATA_DIR; undefined where there is none. */
export function restoreUnderWay(dataDir: string): RestoreUnderWay | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDir, RESTORE_MARKER), 'utf8');
  } catch {
    return undefined;
  }
  const [snapshot = '', claim = ''] = text.trim().split(' ');
  return { snapshot, claim };
}

/** From here on no server starts on this DATA_DIR. False where another restore was faster. */
export function markRestore(dataDir: string, { snapshot, claim }: RestoreUnderWay): boolean {
  return createFileDurably(join(dataDir, RESTORE_MARKER), `${snapshot} ${claim}\n`);
}

export function unmarkRestore(dataDir: string): void {
  unlinkSync(join(dataDir, RESTORE_MARKER));
  syncDirectory(dataDir);
}
