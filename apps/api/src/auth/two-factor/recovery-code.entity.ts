import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { TimeColumn } from '../../database/time-column.js';
import type { User } from '../users/user.entity.js';

/** One of ten codes that stand in for a lost second factor, once each. */
@Entity('recovery_code')
@Unique(['codeHash'])
@Index(['userId'])
export class RecoveryCode {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  userId!: string;

  @ManyToOne('User', { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'user_id' })
  user?: Relation<User>;

  @Column({ type: 'varchar', length: 64 })
  codeHash!: string;

  @TimeColumn({ nullable: true })
  usedAt!: number | null;

  @TimeColumn()
  timeCreate!: number;
}
