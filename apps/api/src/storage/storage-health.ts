import type { BlobStore } from '@logs-collector/blob-store/blob-store';
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
    this.indicators.register('storage', async () => {
      await this.store.probe();
      return { status: 'up' };
    });
    // Too little space is no reason to take the server away: staff must still be able to delete.
    this.indicators.register('free_space', async () => ({
      status: (await this.space.usableBytes()) > 0 ? 'up' : 'degraded',
    }));
  }
}
