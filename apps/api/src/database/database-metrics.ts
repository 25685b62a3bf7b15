import { Injectable } from '@nestjs/common';
import { Metrics } from '../common/metrics/metrics.js';
import { Database } from './database.js';

const BUCKETS_S = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

/** How long writing waits for its turn, and how many connections there are. */
@Injectable()
export class DatabaseMetrics {
  constructor(metrics: Metrics, database: Database) {
    const waits = metrics.histogram(
      {
        name: 'logs_collector_database_wait_seconds',
        help: 'How long a transaction waited to begin: on SQLite for those before it, on PostgreSQL for a connection.',
      },
      BUCKETS_S,
    );
    database.watchWaits((waitedMs) => waits.observe(waitedMs / 1_000));
    metrics.gauge(
      {
        name: 'logs_collector_database_pool_connections',
        help: 'PostgreSQL: connections in use and idle, and those who wait for one.',
        labels: ['pool', 'state'],
      },
      () =>
        database.pools().flatMap(({ name, used, idle, waiting }) => [
          { labels: { pool: name, state: 'used' }, value: used },
          { labels: { pool: name, state: 'idle' }, value: idle },
          { labels: { pool: name, state: 'waiting' }, value: waiting },
        ]),
    );
  }
}
