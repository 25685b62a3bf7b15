import { serveMetrics } from '@logs-collector/runtime/metrics-server';
import { AggregatorRegistry } from 'prom-client';
import type { AppLog } from '../common/logging/logger.js';
import type { Settings } from '../config/settings.js';

/** In the first of several processes: the metrics of all the others, added up. */
export async function serveGroupMetrics(
  { METRICS: access, HOST: host }: Pick<Settings, 'METRICS' | 'HOST'>,
  log: AppLog,
): Promise<void> {
  if (access.kind !== 'port') return;
  const group = new AggregatorRegistry();
  await serveMetrics({ host, port: access.port }, () => group.clusterMetrics(), log);
}
