import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Page, PageRequest } from '../../common/http/page.js';
import { Database } from '../../database/database.js';
import { findPage } from '../../database/find-page.js';
import type { User } from '../users/user.entity.js';
import { ApiKey } from './api-key.entity.js';

export interface ApiKeyWithUser {
  readonly key: ApiKey;
  readonly user: User;
}

const NEWEST_FIRST = { column: 'timeCreate', descending: true } as const;

/** Rows of `api_key`. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  async insert(key: ApiKey): Promise<void> {
    await this.database.repository(ApiKey).insert(key);
  }

  async findWithUser(id: string): Promise<ApiKeyWithUser | null> {
    return withUser(await this.database.repository(ApiKey).findOne({ where: { id }, relations: { user: true } }));
  }

  async findByHash(keyHashes: readonly string[]): Promise<ApiKeyWithUser | null> {
    const where = { keyHash: In([...keyHashes]) };
    return withUser(await this.database.repository(ApiKey).findOne({ where, relations: { user: true } }));
  }

  /** The keys of one user that were not revoked; expired ones too, so that people see why a script stopped. */
  page(userId: string, request: PageRequest): Promise<Page<ApiKey>> {
    const query = this.database
      .repository(ApiKey)
      .createQueryBuilder('key')
      .where('key.userId = :userId AND key.revokedAt IS NULL', { userId });
    return findPage(this.database, query, request, NEWEST_FIRST);
  }

  async markUsed(id: string, now: number): Promise<void> {
    await this.database.repository(ApiKey).update({ id }, { lastUsedAt: now });
  }

  /** True where this call revoked it. */
  async revoke(id: string, now: number): Promise<boolean> {
    const result = await this.database.repository(ApiKey).update({ id, revokedAt: IsNull() }, { revokedAt: now });
    return result.affected === 1;
  }

  /** How many were revoked. */
  async revokeAllOf(userId: string, now: number): Promise<number> {
    const result = await this.database.repository(ApiKey).update({ userId, revokedAt: IsNull() }, { revokedAt: now });
    return result.affected ?? 0;
  }
}

function withUser(key: ApiKey | null): ApiKeyWithUser | null {
  return key?.user ? { key, user: key.user } : null;
}
