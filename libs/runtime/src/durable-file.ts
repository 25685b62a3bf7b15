import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

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
  withFile(temporary, 'w', (file) => {
    const bytes = Buffer.from(content);
    for (let done = 0; done < bytes.byteLength; ) done += writeSync(file, bytes, done);
    fsyncSync(file);
  });
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}
