import type { BlobStore } from '@logs-collector/blob-store/blob-store';
import { BlobStoreError } from '@logs-collector/blob-store/blob-store-error';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthIndicators } from '../health/health-indicators.js';
import { BLOB_STORE } from './blob-store.token.js';
import { StorageSpace } from './storage-space.js';

/** Tells orchestrators whether archives can be stored. */
@Injectable()
export class StorageHealth implements OnModuleInit {
  constructor(
    private readonly indicators: HealthIndicators,
    private readonly space: StorageSpace,
    @Inject(BLOB_STORE) private readonly store: BlobStore,
  ) {}

  onModuleInit(): void {
    // Too little space is no reason to take the server away: staff must still be able to delete.
    this.indicators.register('storage', async () => {
      try {
        await this.store.probe();
      } catch (error) {
        if (error instanceof BlobStoreError && error.code === 'no_space') return { status: 'degraded' };
        throw error;
      }
      return { status: 'up' };
    });
    this.indicators.register('free_space', async () => ({
      status: (await this.space.usableBytes()) > 0 ? 'up' : 'degraded',
    }));
  }
}
