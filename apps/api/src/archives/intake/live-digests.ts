import type { RunningDigest } from '@logs-collector/blob-store/digest';
import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { feedDigest } from '@logs-collector/blob-store/feed-digest';
import { Injectable, Logger } from '@nestjs/common';

/** Digests kept between requests; each is a few hundred bytes in the worker. */
const MAX_KEPT = 1_024;

interface Kept {
  readonly digest: RunningDigest;
  readonly epoch: number;
}

/**
 * The running SHA-256 of uploads, so that one that continues in this process need not be read again at its end. One counts
 * only where all writers of the upload were of this process: what another has sent and not been told of may still reach
 * a store of another host, and then the digest has to be of what is there.
 */
@Injectable()
export class LiveDigests {
  private readonly logger = new Logger('uploads');
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly pool: DigestPool) {}

  /**
   * The digest that has seen exactly the first `offset` bytes, for the writer after that of `epoch`; undefined where there
   * is none. The caller owns it.
   */
  take(uploadId: string, offset: number, epoch: number): RunningDigest | undefined {
    const kept = this.kept.get(uploadId);
    this.kept.delete(uploadId);
    if (kept?.epoch === epoch && kept.digest.bytes === offset) return kept.digest;
    kept?.digest.dispose();
    return offset === 0 && epoch === 0 ? this.pool.create('sha256') : undefined;
  }

  /** Keeps it for the next request, unless it has seen other bytes than are durable. `epoch` is that of its writer. */
  keep(uploadId: string, digest: RunningDigest, offset: number, epoch: number): void {
    if (digest.bytes !== offset) {
      digest.dispose();
      return;
    }
    this.forget(uploadId);
    this.kept.set(uploadId, { digest, epoch });
    const oldest = this.kept.size > MAX_KEPT ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.forget(oldest);
  }

  /** Whether the writer of that epoch was of this process, and has left. */
  hasSeenOut(uploadId: string, epoch: number): boolean {
    return this.kept.get(uploadId)?.epoch === epoch;
  }

  /**
   * The SHA-256 of the first `offset` bytes: from the digest that ran along, or else from the bytes themselves, where the
   * upload went on in another process or the worker has died.
   */
  async sha256(
    uploadId: string,
    { offset, epoch }: { readonly offset: number; readonly epoch: number },
    read: () => AsyncIterable<Uint8Array>,
  ): Promise<string> {
    try {
      const running = this.take(uploadId, offset, epoch);
      if (running) return await running.finish();
    } catch (error) {
      this.logger.warn({ msg: 'a running digest was lost; the upload is read again', upload: uploadId, error });
    }
    const digest = this.pool.create('sha256');
    await feedDigest(digest, read());
    return digest.finish();
  }

  forget(uploadId: string): void {
    this.kept.get(uploadId)?.digest.dispose();
    this.kept.delete(uploadId);
  }
}
