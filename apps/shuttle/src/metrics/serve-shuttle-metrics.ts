import { serveMetrics } from '@logs-collector/runtime/metrics-server';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.js';
import type { ShuttleLog } from '../log.js';
import { addMetricsRoutes } from './metrics-routes.js';
import { type MeteredParts, ShuttleMetrics } from './shuttle-metrics.js';

/** Shows what is counted where METRICS says so; answers how that ends. Rejects with SettingsError where it cannot listen. */
export async function serveShuttleMetrics(
  { METRICS: access, HOST: host }: Pick<Settings, 'METRICS' | 'HOST'>,
  server: FastifyInstance,
  log: ShuttleLog,
  parts: MeteredParts,
): Promise<() => void> {
  if (access.kind === 'off') return () => undefined;
  const metrics = new ShuttleMetrics(parts, log);
  const read = () => metrics.text();
  if (access.kind === 'token') {
    addMetricsRoutes(server, access.secret, read);
    return () => metrics.stop();
  }
  const own = await serveMetrics({ host, port: access.port }, read, log);
  return () => {
    metrics.stop();
    own.close();
    own.closeAllConnections();
  };
}
