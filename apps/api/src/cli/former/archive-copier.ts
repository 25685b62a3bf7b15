import { createHash, type Hash } from 'node:crypto';
import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import type { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { errorCode } from '@logs-collector/runtime/error-code';
import type { Ids } from '../../common/ids.js';
import { CommandError } from '../command.js';
import { openFound } from './former-archives.js';
import type { FormerArchive } from './former-rows.js';
import type { Reason } from './import-report.js';

/** Bytes on their way, each run and archive under a name of its own, so that two imports at once do no harm. */
const PARTIAL_PREFIX = 'import-';
/** Nobody appends for so long without a byte: it is of a run that was killed. */
const ABANDONED_AFTER_MS = 10 * 60_000;

const READ_BYTES = 1024 * 1024;
/** Each partial is written in one go. */
const ONLY_WRITER = 1;

/** Of the bytes in the store, or why they were not taken. */
export type Copied = { readonly partial: string; readonly sha256: string } | { readonly reason: Reason };

/** Brings files of the former application into the store, each read once and held against what its row says. */
export class ArchiveCopier {
  constructor(
    private readonly store: BlobStore,
    private readonly digests: DigestPool,
    private readonly ids: Ids,
  ) {}

  /** Removes what a run that was killed has left. */
  async sweep(now: number): Promise<void> {
    for await (const { key, changedAt } of this.store.listPartials()) {
      if (!key.startsWith(PARTIAL_PREFIX)) continue;
      const at = await changedAt();
      if (at !== undefined && now - at > ABANDONED_AFTER_MS) await this.store.abort(key);
    }
  }

  /** A partial with all bytes of the file; committing or aborting it is the caller's. */
  async copy(path: string, { sizeBytes, md5 }: FormerArchive): Promise<Copied> {
    const handle = await openFound(path, sizeBytes);
    if ('reason' in handle) return handle;
    const partial = `${PARTIAL_PREFIX}${this.ids.next()}`;
    const digest = this.digests.create('sha256');
    const md5Hash = createHash('md5');
    let isDone = false;
    try {
      await this.store.begin(partial);
      const source = watched(handle.createReadStream({ highWaterMark: READ_BYTES, autoClose: false }), md5Hash);
      const { signal } = new AbortController();
      const { offset, interrupted } = await this.store.append(partial, 0, source, {
        ...{ signal, epoch: ONLY_WRITER, maxBytes: sizeBytes, digests: [digest] },
      });
      if (interrupted?.reason === 'limit_exceeded') return { reason: 'size_differs' };
      if (interrupted?.reason === 'source_failed') return { reason: 'file_unreadable' };
      if (interrupted) throw storeFailure(interrupted);
      if (offset !== sizeBytes) return { reason: 'size_differs' };
      if (md5 !== '' && md5Hash.digest('hex') !== md5) return { reason: 'digest_differs' };
      const sha256 = await digest.finish();
      isDone = true;
      return { partial, sha256 };
    } finally {
      digest.dispose();
      await handle.close();
      if (!isDone) await this.store.abort(partial);
    }
  }
}

async function* watched(source: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    hash.update(bytes);
    yield bytes;
  }
}

function storeFailure({ reason, cause }: { readonly reason: string; readonly cause?: unknown }): CommandError {
  const what = reason === 'no_space' ? 'there is no space left' : (errorCode(cause) ?? reason);
  return new CommandError(
    `An archive could not be written: ${what}. What was imported so far is kept; the same command goes on.`,
    { cause },
  );
}
