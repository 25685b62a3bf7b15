import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { serveMetrics } from '@logs-collector/runtime/metrics-server';
import { Inject, Logger, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Metrics } from '../common/metrics/metrics.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { MetricsController } from './metrics.controller.js';

/** Shows what the modules count, where METRICS says so. */
@Module({ controllers: [MetricsController] })
export class MetricsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('metrics');
  private server: Server | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { METRICS: access, HOST: host } = this.settings;
    if (access.kind !== 'port') return;
    // Of several processes the first one listens, and answers for all.
    if (cluster.isWorker) return this.metrics.joinGroup();
    this.server = await serveMetrics({ host, port: access.port }, () => this.metrics.text(), {
      info: (line: object) => this.logger.log(line),
      warn: (line: object) => this.logger.warn(line),
    });
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
