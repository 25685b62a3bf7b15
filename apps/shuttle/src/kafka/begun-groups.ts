import type { DataSource, Repository } from 'typeorm';
import { ConsumerGroup } from '../database/consumer-group.entity.js';

/** The groups that have begun to read, in the database: brokers forget one that nobody was in for a week. */
export class BegunGroups {
  private readonly rows: Repository<ConsumerGroup>;

  constructor(source: DataSource) {
    this.rows = source.getRepository(ConsumerGroup);
  }

  async has(id: string): Promise<boolean> {
    return this.rows.existsBy({ id });
  }

  async add(id: string): Promise<void> {
    await this.rows.upsert({ id }, ['id']);
  }
}
