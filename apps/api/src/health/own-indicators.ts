import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ShutdownSignal } from '../common/shutdown-signal.js';
import type { WorkersState } from '../common/worker-channel.js';
import { WorkerGroup } from '../common/worker-group.js';
import { Database } from '../database/database.js';
import { migrations } from '../database/migrations/migrations.js';
import { HealthIndicators, type HealthState } from './health-indicators.js';

const WORKERS_HEALTH: Readonly<Record<WorkersState, HealthState['status']>> = {
  starting: 'down',
  complete: 'up',
  incomplete: 'degraded',
};

/** The indicators that belong to no feature: the database, its migrations, and whether the process is about to end. */
@Injectable()
export class OwnIndicators implements OnModuleInit {
  constructor(
    private readonly indicators: HealthIndicators,
    private readonly database: Database,
    private readonly shutdown: ShutdownSignal,
    private readonly workers: WorkerGroup,
  ) {}

  onModuleInit(): void {
    this.indicators.register('database', async () => {
      await this.database.manager.query('SELECT 1');
      return { status: 'up', details: { kind: this.database.isSqlite ? 'sqlite' : 'postgres' } };
    });
    this.indicators.register('migrations', async () => {
      const rows: { name: string }[] = await this.database.manager.query('SELECT "name" FROM "migration"');
      const done = new Set(rows.map(({ name }) => name));
      // Others besides are a newer version's, beside which this one goes on working (ADR 21).
      const missing = migrations.filter(({ name }) => !done.has(name)).length;
      return missing === 0 ? { status: 'up' } : { status: 'down', details: { missing } };
    });
    this.indicators.register('process', () =>
      this.shutdown.isDraining ? { status: 'down', details: { draining: true } } : { status: 'up' },
    );
    this.indicators.register('workers', () => ({ status: WORKERS_HEALTH[this.workers.state] }));
  }
}
