import { Injectable } from '@nestjs/common';
import { Metrics } from '../common/metrics/metrics.js';
import { StorageSpace } from './storage-space.js';

/** How full the store is; nothing where it knows no limit. */
@Injectable()
export class StorageMetrics {
  constructor(metrics: Metrics, space: StorageSpace) {
    const gauge = (name: string, help: string, read: () => Promise<number>): void =>
      metrics.gauge({ name, help, isShared: true }, async () => [{ value: await read() }]);
    gauge('logs_collector_storage_total_bytes', 'Size of the volume of the archives.', async () => {
      return (await space.now()).totalBytes;
    });
    gauge('logs_collector_storage_free_bytes', 'What is free on it.', async () => (await space.now()).freeBytes);
    gauge('logs_collector_storage_used_bytes', 'What is in use on it, by whomever.', async () => {
      const { totalBytes, freeBytes } = await space.now();
      return totalBytes - freeBytes;
    });
    gauge('logs_collector_storage_usable_bytes', 'What uploads may still take: free less MIN_FREE_BYTES.', () =>
      space.usableBytes(),
    );
  }
}
