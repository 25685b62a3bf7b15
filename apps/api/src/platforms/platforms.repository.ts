import { Injectable } from '@nestjs/common';
import { Brackets, In } from 'typeorm';
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
    return this.database.repository(Platform).findOne({
      where: [
        { name: nameOrId, isDeleting: false },
        { id: nameOrId, isDeleting: false },
      ],
    });
  }

  /** As `findVisible`, and until the end of the transaction it stays visible. */
  holdVisible(nameOrId: string): Promise<Platform | null> {
    const query = this.database
      .repository(Platform)
      .createQueryBuilder('platform')
      .where('(platform.name = :nameOrId OR platform.id = :nameOrId)', { nameOrId })
      .andWhere('platform.is_deleting = :isDeleting', { isDeleting: false });
    return this.database.forShare(query).getOne();
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

  /** Writes the change if nobody edited it since `version`; answers whether it did. */
  async update(id: string, version: number, change: Partial<Platform>): Promise<boolean> {
    const result = await this.database
      .repository(Platform)
      .update({ id, version, isDeleting: false }, { ...change, version: version + 1 });
    return result.affected === 1;
  }

  /** True for exactly one of all who delete it. */
  async markDeleting(id: string): Promise<boolean> {
    const result = await this.database.repository(Platform).update({ id, isDeleting: false }, { isDeleting: true });
    return result.affected === 1;
  }

  async remove(id: string): Promise<void> {
    await this.database.repository(Platform).delete({ id });
  }
}
