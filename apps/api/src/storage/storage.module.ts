import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { BLOB_STORE } from './blob-store.token.js';
import { openBlobStore } from './open-blob-store.js';
import { StorageHealth } from './storage-health.js';
import { StorageMetrics } from './storage-metrics.js';
import { StorageSpace } from './storage-space.js';

/** Chooses the blob store and watches its space; knows nothing of archives. */
@Module({
  providers: [
    {
      provide: BLOB_STORE,
      // Not before the database has said that this directory is the right one: where it is not, nothing is written.
      inject: [SETTINGS, Database],
      useFactory: (settings: Settings) => openBlobStore(settings),
    },
    { provide: DigestPool, useFactory: () => new DigestPool() },
    StorageSpace,
    StorageHealth,
    StorageMetrics,
  ],
  exports: [BLOB_STORE, DigestPool, StorageSpace],
})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(DigestPool) private readonly digests: DigestPool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.digests.close();
  }
}
