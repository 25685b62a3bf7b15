import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { BLOB_STORE } from './blob-store.token.js';

const MAX_AGE_MS = 500;

export interface Space {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** How much the store can still take. Asked by every upload, so the answer is kept for half a second. */
@Injectable()
export class StorageSpace {
  private sample: { at: number; space: Promise<Space> } | undefined;
  /** Written by uploads since the sample, which therefore does not know of it. */
  private takenBytes = 0;

  constructor(
    @Inject(BLOB_STORE) private readonly store: BlobStore,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'MIN_FREE_BYTES'>,
    private readonly clock: Clock,
  ) {}

  /** Infinity where the store knows no limit. */
  async now(): Promise<Space> {
    const at = this.clock.now();
    if (!this.sample || at - this.sample.at > MAX_AGE_MS) {
      this.sample = { at, space: this.measure() };
      this.takenBytes = 0;
    }
    return this.sample.space;
  }

  /** Bytes that may still be written without touching what is always kept free. */
  async usableBytes(): Promise<number> {
    return (await this.now()).freeBytes - this.takenBytes - this.settings.MIN_FREE_BYTES;
  }

  /** Counts bytes that are about to be written; false where they would touch what is always kept free. */
  async take(bytes: number): Promise<boolean> {
    if ((await this.usableBytes()) < bytes) return false;
    this.takenBytes += bytes;
    return true;
  }

  private async measure(): Promise<Space> {
    return (await this.store.space()) ?? { totalBytes: Number.POSITIVE_INFINITY, freeBytes: Number.POSITIVE_INFINITY };
  }
}
