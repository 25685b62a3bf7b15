import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { LessThanOrEqual, Not } from 'typeorm';
import { Clock } from '../common/clock.js';
import { Database } from './database.js';
import { clockLead } from './database-clock.js';
import { Lease } from './lease.entity.js';

const DURATION_MS = 30_000;
const RENEWAL_MS = DURATION_MS / 3;

/**
 * Background work that only one process of an installation may do at a time. A lease is a row with an end that is put
 * off while the work goes on, so that a killed process holds nobody up for longer than half a minute; no connection is
 * held open for it.
 */
@Injectable()
export class Leases {
  private readonly logger = new Logger('leases');
  private readonly holder = randomUUID();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Runs `work` if no other process holds the lease; answers whether it ran. */
  async run(name: string, work: () => Promise<void>): Promise<boolean> {
    if (!(await this.take(name))) return false;
    const renewal = setInterval(() => void this.renew(name), RENEWAL_MS).unref();
    try {
      await work();
    } finally {
      clearInterval(renewal);
      await this.database.transaction(() => this.database.repository(Lease).delete({ name, holder: this.holder }));
    }
    return true;
  }

  private async take(name: string): Promise<boolean> {
    return this.database.transaction(async () => {
      const now = await this.now();
      const wanted = { holder: this.holder, expiresAt: now + DURATION_MS };
      const leases = this.database.repository(Lease);
      const lapsed = await leases.update({ name, expiresAt: LessThanOrEqual(now) }, wanted);
      if (lapsed.affected === 1) return true;
      // Where no other server can be, another holder is a process that was killed.
      const left = this.database.isExclusive
        ? await leases.update({ name, holder: Not(this.holder) }, wanted)
        : undefined;
      if (left?.affected === 1) return true;
      const inserted = await leases
        .createQueryBuilder()
        .insert()
        .values({ name, ...wanted })
        .orIgnore()
        .execute();
      return inserted.raw?.length === 1 || (await leases.existsBy({ name, ...wanted }));
    });
  }

  /** A renewal that fails is tried again; should the lease lapse meanwhile, the work of both must bear it. */
  private async renew(name: string): Promise<void> {
    try {
      await this.database.transaction(async () => {
        const expiresAt = (await this.now()) + DURATION_MS;
        await this.database.repository(Lease).update({ name, holder: this.holder }, { expiresAt });
      });
    } catch (error) {
      this.logger.warn({ msg: 'a lease could not be renewed', name, error });
    }
  }

  /** The database's time: a server whose own clock is wrong would take what others hold, or keep what it has left. */
  private async now(): Promise<number> {
    return this.clock.now() + (await clockLead(this.database));
  }
}
