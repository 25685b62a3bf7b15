import { Injectable } from '@nestjs/common';
import { LessThan, MoreThanOrEqual } from 'typeorm';
import { Database } from '../../database/database.js';
import { StorageSample } from './storage-sample.entity.js';

@Injectable()
export class StorageSamplesRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. */
  since(time: number): Promise<StorageSample[]> {
    return this.database
      .repository(StorageSample)
      .find({ where: { time: MoreThanOrEqual(time) }, order: { time: 'ASC' } });
  }

  async hasSince(time: number): Promise<boolean> {
    return this.database.repository(StorageSample).existsBy({ time: MoreThanOrEqual(time) });
  }

  async insert(sample: StorageSample): Promise<void> {
    await this.database.repository(StorageSample).insert(sample);
  }

  async removeBefore(time: number): Promise<void> {
    await this.database.repository(StorageSample).delete({ time: LessThan(time) });
  }
}
