import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Database } from './database.js';
import { Lease } from './lease.entity.js';

/**
 * Background work that only one process of an installation may do at a time. A lease is a row with an end, so that a
 * killed process holds nobody up for longer than that; no connection is held open for it.
 */
@Injectable()
export class Leases {
  private readonly holder = randomUUID();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Runs `work` if no other process holds the lease; answers whether it ran. `work` has to end before the lease does. */
  async run(name: string, durationMs: number, work: () => Promise<void>): Promise<boolean> {
    if (!(await this.take(name, durationMs))) return false;
    try {
      await work();
    } finally {
      await this.database.transaction(() => this.database.repository(Lease).delete({ name, holder: this.holder }));
    }
    return true;
  }

  private async take(name: string, durationMs: number): Promise<boolean> {
    const now = this.clock.now();
    const wanted = { holder: this.holder, expiresAt: now + durationMs };
    return this.database.transaction(async () => {
      const leases = this.database.repository(Lease);
      const lapsed = await leases.update({ name, expiresAt: LessThanOrEqual(now) }, wanted);
      if (lapsed.affected === 1) return true;
      const inserted = await leases
        .createQueryBuilder()
        .insert()
        .values({ name, ...wanted })
        .orIgnore()
        .execute();
      return inserted.raw?.length === 1 || (await leases.existsBy({ name, ...wanted }));
    });
  }
}
