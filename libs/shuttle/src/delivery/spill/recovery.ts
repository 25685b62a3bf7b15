import { withFile } from '@logs-collector/blob-store/fs/durable-files';
import type { FileOperations } from '@logs-collector/blob-store/fs/file-operations';
import { OPEN } from '@logs-collector/blob-store/fs/file-operations';
import { firstOfName, type Segment, scanSegment, segmentPath } from './segment.js';
import type { LedgerEntry } from './spill-ledger.js';

export interface RecoveredSegments {
  /** Those with undelivered records, oldest first. */
  readonly segments: Segment[];
  /** The sequence that the next new record gets. */
  readonly next: number;
  /** Records that had been flushed and are gone from the end. */
  readonly damaged: number;
}

/** Brings the segments of an earlier process into order; whatever the ledger says may be older than they are. */
export async function recoverSegments(
  operations: FileOperations,
  directory: string,
  ledger: LedgerEntry,
): Promise<RecoveredSegments> {
  const names = await operations.readdir(directory);
  const firsts = names.map(firstOfName).filter((first) => first !== undefined);
  firsts.sort((a, b) => a - b);
  const segments: Segment[] = [];
  let found = 0;
  for (const [index, first] of firsts.entries()) {
    const path = segmentPath(directory, first);
    const following = firsts[index + 1];
    // The first may have been cut short on purpose, the last by a crash; of the others the names say all.
    const segment =
      index === 0 || following === undefined
        ? { path, first, ...(await scanSegment(operations, path, first)) }
        : { path, first, end: following, bytes: Number((await operations.lstat(path)).size) };
    if (following === undefined) await cutTornTail(operations, segment);
    found = segment.end;
    if (segment.end > ledger.delivered && segment.bytes > 0) segments.push(segment);
    else await operations.unlink(path);
  }
  const end = Math.max(found, ledger.delivered);
  return { segments, next: Math.max(end, ledger.durable), damaged: Math.max(0, ledger.durable - end) };
}

async function cutTornTail(operations: FileOperations, { path, bytes }: Segment): Promise<void> {
  const { size } = await operations.lstat(path);
  if (Number(size) === bytes) return;
  await withFile(operations, path, OPEN.readWrite, async (fd) => {
    await operations.ftruncate(fd, bytes);
    await operations.fsync(fd);
  });
}
