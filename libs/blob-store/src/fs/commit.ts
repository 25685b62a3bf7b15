import type { BigIntStats } from 'node:fs';
import { BlobStoreError } from '../blob-store-error.js';
import { requireBytes } from '../byte-range.js';
import type { BlobLayout } from './blob-layout.js';
import { type DurableDirectories, replaceFile, syncDirectory, withFile } from './durable-files.js';
import { type FileOperations, OPEN } from './file-operations.js';
import { unlessAbsent } from './fs-errors.js';
import type { PartialFiles } from './partial-files.js';

export interface CommitContext {
  operations: FileOperations;
  layout: BlobLayout;
  directories: DurableDirectories;
  partials: PartialFiles;
  now: () => number;
}

export interface Commit {
  partial: string;
  key: string;
  sidecar: string;
  sizeBytes: number;
}

/**
 * Turns a partial into a blob. Each step may be repeated, and after a crash between any two of them the whole is simply
 * done again: what tells the states apart is only which of the two names exists.
 */
export async function commitPartial(
  { operations, layout, directories, partials, now }: CommitContext,
  { partial, key, sidecar, sizeBytes }: Commit,
): Promise<void> {
  layout.partial(partial);
  const to = layout.blob(key);
  const from = (await partials.settled(partial))?.path;
  const source = from === undefined ? undefined : await operations.lstat(from);
  const target = await unlessAbsent(operations.lstat(to));
  const present = target ?? source;
  if (present === undefined) {
    throw new BlobStoreError('not_found', 'there is no such partial');
  }
  if (source !== undefined && target !== undefined && !isSameFile(source, target)) {
    throw new BlobStoreError('key_taken', 'the key has other bytes already');
  }
  requireBytes(sizeBytes, Number(present.size));

  const [outer, inner] = layout.directories(key);
  await directories.ensure(outer);
  await directories.ensure(inner);

  // Before the bytes, so that no blob is ever seen without the document that explains it.
  await replaceFile(operations, layout.sidecar(key), sidecar);

  if (from !== undefined) {
    await withFile(operations, from, OPEN.readWrite, async (fd) => {
      // Bytes beyond the end are of a writer that was cut down, and nobody was told of them.
      if (Number(present.size) > sizeBytes) {
        await operations.ftruncate(fd, sizeBytes);
      }
      // A blob's time is that of its commit; a resumed upload's last byte may be days older.
      const time = new Date(now());
      await operations.futimes(fd, time, time);
      await operations.fsync(fd);
    });
    if (target === undefined) {
      await operations.rename(from, to);
    } else {
      // After a power cut both names may stand for the one file; to rename one onto the other would do nothing.
      await operations.unlink(from);
    }
  }
  // The new name first: a power cut between the two leaves both names rather than none.
  await syncDirectory(operations, inner);
  await partials.remove(partial);
  await syncDirectory(operations, layout.uploads);
}

function isSameFile(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
