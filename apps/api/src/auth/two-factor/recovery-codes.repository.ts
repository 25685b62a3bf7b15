import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import { Database } from '../../database/database.js';
import { RecoveryCode } from './recovery-code.entity.js';

/** Rows of `recovery_code`. */
@Injectable()
export class RecoveryCodesRepository {
  constructor(private readonly database: Database) {}

  countUnused(userId: string): Promise<number> {
    return this.database.repository(RecoveryCode).countBy({ userId, usedAt: IsNull() });
  }

  /** True for exactly one of all who bring this code. */
  async spend(userId: string, codeHashes: readonly string[], now: number): Promise<boolean> {
    const result = await this.database
      .repository(RecoveryCode)
      .update({ userId, codeHash: In([...codeHashes]), usedAt: IsNull() }, { usedAt: now });
    return result.affected === 1;
  }

  /** The old ones are gone with this. */
  async replace(userId: string, codes: readonly { readonly id: string; readonly codeHash: string }[], now: number) {
    await this.deleteAllOf(userId);
    await this.database
      .repository(RecoveryCode)
      .insert(codes.map((code) => ({ ...code, userId, usedAt: null, timeCreate: now })));
  }

  async deleteAllOf(userId: string): Promise<void> {
    await this.database.repository(RecoveryCode).delete({ userId });
  }
}
