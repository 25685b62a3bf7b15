import { Injectable } from '@nestjs/common';
import { Brackets, In, type SelectQueryBuilder } from 'typeorm';
import type { Page, PageRequest } from '../common/http/page.js';
import { Database } from '../database/database.js';
import { findPage } from '../database/find-page.js';
import { escapeLike } from '../database/like.js';
import { Platform } from './platform.entity.js';

@Injectable()
export class PlatformsRepository {
  constructor(private readonly database: Database) {}

  list(request: PageRequest, search: string | undefined): Promise<Page<Platform>> {
    const query = this.database
      .repository(Platform)
      .createQueryBuilder('platform')
      .where('platform.is_deleting = :isDeleting', { isDeleting: false });
    if (search) {
      query.andWhere(
        new Brackets((either) => {
          const pattern = { pattern: `%${escapeLike(search.toLowerCase())}%` };
          either
            .where(`${this.database.lowercase('platform.name')} LIKE :pattern ESCAPE '\\'`, pattern)
            .orWhere(`${this.database.lowercase('platform.pretty_name')} LIKE :pattern ESCAPE '\\'`, pattern);
        }),
      );
    }
    return findPage(this.database, query, request, { column: 'timeCreate', descending: true });
  }

  /** By slug or by id, which the original's clients use. */
  findVisible(nameOrId: string): Promise<Platform | null> {
    return this.visible(nameOrId).getOne();
  }

  /** As `findVisible`, and until the end of the transaction it stays as it is; others may hold it too. */
  holdVisible(nameOrId: string): Promise<Platform | null> {
    return this.database.forShare(this.visible(nameOrId)).getOne();
  }

  /** As `findVisible`, locked until the end of the transaction. */
  lockVisible(nameOrId: string): Promise<Platform | null> {
    return this.database.forUpdate(this.visible(nameOrId)).getOne();
  }

  findByIds(ids: readonly string[]): Promise<Platform[]> {
    return this.database.repository(Platform).findBy({ id: In([...ids]) });
  }

  findDeleting(): Promise<Platform[]> {
    return this.database.repository(Platform).findBy({ isDeleting: true });
  }

  isNameTaken(name: string): Promise<boolean> {
    return this.database.repository(Platform).existsBy({ name });
  }

  async insert(platform: Platform): Promise<void> {
    await this.database.repository(Platform).insert(platform);
  }

  /** Counts as an edit; the platform has to be locked. */
  async update({ id, version }: Platform, change: Partial<Platform>): Promise<void> {
    await this.database.repository(Platform).update({ id }, { ...change, version: version + 1 });
  }

  /** True for exactly one of all who delete it. */
  async markDeleting(id: string): Promise<boolean> {
    const result = await this.database.repository(Platform).update({ id, isDeleting: false }, { isDeleting: true });
    return result.affected === 1;
  }

  async remove(id: string): Promise<void> {
    await this.database.repository(Platform).delete({ id });
  }

  private visible(nameOrId: string): SelectQueryBuilder<Platform> {
    return this.database
      .repository(Platform)
      .createQueryBuilder('platform')
      .where('(platform.name = :nameOrId OR platform.id = :nameOrId)', { nameOrId })
      .andWhere('platform.is_deleting = :isDeleting', { isDeleting: false });
  }
}
