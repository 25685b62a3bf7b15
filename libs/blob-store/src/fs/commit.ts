import type { BigIntStats } from 'node:fs';
import { BlobStoreError } from '../blob-store-error.js';
import { requireBytes } from '../byte-range.js';
import type { BlobLayout } from './blob-layout.js';
import { type DurableDirectories, sideBySide, syncDirectory, writeBeside } from './durable-files.js';
import { type FileOperations, OPEN } from './file-operations.js';
import { unlessAbsent } from './fs-errors.js';
import type { OpenPartials } from './open-partials.js';
import type { PartialFile, PartialFiles } from './partial-files.js';

export interface CommitContext {
  operations: FileOperations;
  layout: BlobLayout;
  directories: DurableDirectories;
  partials: PartialFiles;
  open: OpenPartials;
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
  context: CommitContext,
  { partial, key, sidecar, sizeBytes }: Commit,
): Promise<void> {
  const { operations, layout, directories, partials } = context;
  layout.partial(partial);
  const to = layout.blob(key);
  const [settled, target] = await sideBySide([partials.settled(partial), unlessAbsent(operations.lstat(to))]);
  const from = settled?.path;
  const source = from === undefined ? undefined : await operations.lstat(from);
  const present = target ?? source;
  if (present === undefined) {
    throw new BlobStoreError('not_found', 'there is no such partial');
  }
  if (source !== undefined && target !== undefined && !isSameFile(source, target)) {
    throw new BlobStoreError('key_taken', 'the key has other bytes already');
  }
  requireBytes(sizeBytes, Number(present.size));

  const [outer, inner] = layout.directories(key);
  const prepareSidecar = async (): Promise<string> => {
    await directories.ensureBoth(outer, inner);
    return writeBeside(operations, layout.sidecar(key), sidecar);
  };
  const cutTo = Number(present.size) > sizeBytes ? sizeBytes : undefined;
  const prepareBlob = settled && prepareBytes(context, partial, settled, cutTo);
  const [written] = await sideBySide([prepareSidecar(), prepareBlob]);

  // Before the bytes, so that no blob is ever seen without the document that explains it.
  await operations.rename(written, layout.sidecar(key));
  if (from !== undefined) {
    if (target === undefined) {
      await operations.rename(from, to);
    } else {
      // After a power cut both names may stand for the one file; to rename one onto the other would do nothing.
      await operations.unlink(from);
    }
  }
  await partials.remove(partial);
  // `uploads` is not synced: what a power cut may bring back there is a name without a meaning, which the caller finds
  // in `listPartials`.
  await syncDirectory(operations, inner);
}

/** @param cutTo where there are more bytes, of a writer that was cut down: nobody was told of them. */
async function prepareBytes(
  { operations, open, now }: CommitContext,
  partial: string,
  { path, epoch }: PartialFile,
  cutTo: number | undefined,
): Promise<void> {
  const file = (await open.take(partial, epoch)) ?? { fd: await operations.open(path, OPEN.readWrite), epoch };
  try {
    if (cutTo !== undefined) {
      await operations.ftruncate(file.fd, cutTo);
    }
    // A blob's time is that of its commit; a resumed upload's last byte may be days older.
    const time = new Date(now());
    await operations.futimes(file.fd, time, time);
    await operations.fsync(file.fd);
  } finally {
    await open.close(file);
  }
}

function isSameFile(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
