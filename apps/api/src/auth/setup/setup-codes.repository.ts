import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual, MoreThan } from 'typeorm';
import { Database } from '../../database/database.js';
import { SetupCode } from './setup-code.entity.js';

/** Rows of `setup_code`. */
@Injectable()
export class SetupCodesRepository {
  constructor(private readonly database: Database) {}

  async insert(code: SetupCode): Promise<void> {
    await this.database.repository(SetupCode).insert(code);
  }

  async isValid(codeHashes: readonly string[], now: number): Promise<boolean> {
    const where = { codeHash: In([...codeHashes]), expiresAt: MoreThan(now) };
    return (await this.database.repository(SetupCode).countBy(where)) > 0;
  }

  /** True for exactly one of all who bring this code. */
  async take(codeHashes: readonly string[], now: number): Promise<boolean> {
    const where = { codeHash: In([...codeHashes]), expiresAt: MoreThan(now) };
    return (await this.database.repository(SetupCode).delete(where)).affected === 1;
  }

  async deleteExpired(now: number): Promise<void> {
    await this.database.repository(SetupCode).delete({ expiresAt: LessThanOrEqual(now) });
  }

  async deleteAll(): Promise<void> {
    await this.database.repository(SetupCode).delete({ expiresAt: MoreThan(0) });
  }
}
