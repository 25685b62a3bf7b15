import { Injectable } from '@nestjs/common';
import { In, LessThan } from 'typeorm';
import { Database } from '../../database/database.js';
import { Throttle } from './throttle.entity.js';
import type { ThrottleState } from './throttle.rules.js';

/** Rows of `throttle`. */
@Injectable()
export class ThrottleRepository {
  constructor(private readonly database: Database) {}

  find(key: string): Promise<Throttle | null> {
    return this.database.repository(Throttle).findOneBy({ key });
  }

  findAll(keys: readonly string[]): Promise<Throttle[]> {
    return this.database.repository(Throttle).findBy({ key: In([...keys]) });
  }

  /** The row, made where it is missing, locked until the end of the transaction: outcomes are judged one by one. */
  async lock(key: string, now: number): Promise<Throttle> {
    const repository = this.database.repository(Throttle);
    const empty: Throttle = { key, failures: 0, windowStart: now, blockedUntil: 0 };
    await repository.createQueryBuilder().insert().values(empty).orIgnore().execute();
    const query = repository.createQueryBuilder('throttle').where('throttle.key = :key', { key });
    return (await this.database.forUpdate(query).getOne()) ?? empty;
  }

  async save(key: string, state: ThrottleState): Promise<void> {
    await this.database.repository(Throttle).update({ key }, { ...state });
  }

  async delete(key: string): Promise<void> {
    await this.database.repository(Throttle).delete({ key });
  }

  /** Rows without a failure hold nothing worth keeping. */
  async deleteIfEmpty(key: string): Promise<void> {
    await this.database.repository(Throttle).delete({ key, failures: 0 });
  }

  async purge(before: number): Promise<void> {
    await this.database.repository(Throttle).delete({ windowStart: LessThan(before), blockedUntil: LessThan(before) });
  }
}
