import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { TimeColumn } from '../../database/time-column.js';
import type { User } from '../users/user.entity.js';

/** A long-lived credential of a script; never above its owner's rights. */
@Entity('api_key')
@Unique(['keyHash'])
@Index(['userId', 'timeCreate'])
export class ApiKey {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  userId!: string;

  @ManyToOne('User', { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'user_id' })
  user?: Relation<User>;

  @Column({ type: 'varchar', length: 150 })
  label!: string;

  @Column({ type: 'varchar', length: 64 })
  keyHash!: string;

  /** The key's last characters, by which people tell keys apart. */
  @Column({ type: 'varchar', length: 8 })
  hint!: string;

  /** Separated by spaces. */
  @Column({ type: 'varchar', length: 150 })
  scopes!: string;

  @TimeColumn()
  expiresAt!: number;

  @TimeColumn({ nullable: true })
  revokedAt!: number | null;

  @TimeColumn({ nullable: true })
  lastUsedAt!: number | null;

  @TimeColumn()
  timeCreate!: number;
}
