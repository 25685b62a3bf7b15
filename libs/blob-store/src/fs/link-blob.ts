import type { BlobLayout } from './blob-layout.js';
import { type DurableDirectories, syncDirectory } from './durable-files.js';
import type { FileOperations } from './file-operations.js';
import { hasCode, unlessAbsent } from './fs-errors.js';

/** Another file system, one without hard links, a file with too many names, a file of somebody else. */
const NOT_POSSIBLE = ['EXDEV', 'EPERM', 'EMLINK', 'EOPNOTSUPP', 'ENOSYS'];

export interface LinkContext {
  operations: FileOperations;
  layout: BlobLayout;
  directories: DurableDirectories;
}

/**
 * Gives a blob of another store, and its sidecar, a second name in this one. Blobs never change, so the bytes may be
 * shared. False where the file systems do not allow it; rejects with ENOENT where there is no such blob.
 */
export async function linkBlob(
  { operations, layout, directories }: LinkContext,
  source: BlobLayout,
  key: string,
): Promise<boolean> {
  const [outer, inner] = layout.directories(key);
  await directories.ensureBoth(outer, inner);
  try {
    // The sidecar first, as in commit.
    await unlessAbsent(linkOnce(operations, source.sidecar(key), layout.sidecar(key)));
    await linkOnce(operations, source.blob(key), layout.blob(key));
  } catch (error) {
    if (NOT_POSSIBLE.some((code) => hasCode(error, code))) return false;
    throw error;
  }
  await syncDirectory(operations, inner);
  return true;
}

/** A name that is there already is of an earlier try. */
async function linkOnce(operations: FileOperations, from: string, to: string): Promise<void> {
  try {
    await operations.link(from, to);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}
