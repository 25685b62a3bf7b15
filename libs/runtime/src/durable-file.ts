import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from './error-code.js';

/** Opens, uses, closes. A file that is made is its owner's alone. */
export function withFile<T>(path: string, flags: string, work: (file: number) => T): T {
  const file = openSync(path, flags, 0o600);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

/** Makes durable what was created, renamed or removed in a directory. */
export function syncDirectory(path: string): void {
  withFile(path, 'r', fsyncSync);
}

/** All or nothing, also at a power cut: a temporary file, made durable, renamed, and the directory made durable. */
export function writeFileDurably(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`;
  withFile(temporary, 'w', (file) => writeAll(file, content));
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/**
 * Like `writeFileDurably`, and false where there is such a file already. Of several processes that try it at once the
 * first to link it wins, and no reader ever sees half of one.
 */
export function createFileDurably(path: string, content: string | Uint8Array): boolean {
  // Containers that share a directory may have the same process id.
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    withFile(temporary, 'wx', (file) => writeAll(file, content));
    linkSync(temporary, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncDirectory(dirname(path));
  return true;
}

function writeAll(file: number, content: string | Uint8Array): void {
  const bytes = Buffer.from(content);
  for (let done = 0; done < bytes.byteLength; ) done += writeSync(file, bytes, done);
  fsyncSync(file);
}
