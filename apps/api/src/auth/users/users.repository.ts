import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, MoreThan, Not } from 'typeorm';
import type { Page, PageRequest } from '../../common/http/page.js';
import { Database } from '../../database/database.js';
import { findPage } from '../../database/find-page.js';
import { User } from './user.entity.js';

const NEWEST_FIRST = { column: 'timeCreate', descending: true } as const;

/** Rows of `user`. */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  findById(id: string): Promise<User | null> {
    return this.database.repository(User).findOneBy({ id });
  }

  findByUsername(username: string): Promise<User | null> {
    return this.database.repository(User).findOneBy({ username });
  }

  findByIds(ids: readonly string[]): Promise<User[]> {
    return this.database.repository(User).findBy({ id: In([...ids]) });
  }

  /** The user, locked until the end of the transaction. */
  lock(id: string): Promise<User | null> {
    const query = this.database.repository(User).createQueryBuilder('user').where('user.id = :id', { id });
    return this.database.forUpdate(query).getOne();
  }

  /** Everybody who can act as administrator, locked in a fixed order so that two such locks cannot cross. */
  lockAdministrators(): Promise<User[]> {
    const query = this.database
      .repository(User)
      .createQueryBuilder('user')
      .where('user.role = :role AND user.isActive = :isActive', { role: 'admin', isActive: true })
      .andWhere('user.passwordHash IS NOT NULL')
      .orderBy('user.id', 'ASC');
    return this.database.forUpdate(query).getMany();
  }

  page(request: PageRequest): Promise<Page<User>> {
    return findPage(this.database, this.database.repository(User).createQueryBuilder('user'), request, NEWEST_FIRST);
  }

  async exists(): Promise<boolean> {
    return (await this.database.repository(User).find({ select: { id: true }, take: 1 })).length > 0;
  }

  /** False where the name or the place of the first administrator is taken. */
  async insert(user: User): Promise<boolean> {
    const repository = this.database.repository(User);
    await repository.createQueryBuilder().insert().values(user).orIgnore().execute();
    return (await repository.countBy({ id: user.id })) === 1;
  }

  async update(id: string, changes: Partial<Omit<User, 'id'>>): Promise<void> {
    await this.database.repository(User).update({ id }, changes);
  }

  /** Those with a second factor, in order of id, beginning after `afterId`. */
  findEnrolled(afterId: string, limit: number): Promise<User[]> {
    return this.database
      .repository(User)
      .find({ where: { id: MoreThan(afterId), totpSealed: Not(IsNull()) }, order: { id: 'ASC' }, take: limit });
  }

  /** Only where the secret is still the one that was found. */
  async replaceTotpSealed(id: string, found: string, sealed: string): Promise<void> {
    await this.database.repository(User).update({ id, totpSealed: found }, { totpSealed: sealed });
  }

  /** True for exactly one of all who bring a code of this step. */
  async advanceTotpStep(id: string, step: number): Promise<boolean> {
    const result = await this.database
      .repository(User)
      .update({ id, totpLastStep: LessThan(step) }, { totpLastStep: step });
    return result.affected === 1;
  }
}
