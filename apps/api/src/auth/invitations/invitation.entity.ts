import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { TimeColumn } from '../../database/time-column.js';
import type { User } from '../users/user.entity.js';

/** A one-time link on which a user sets password and second factor together. */
@Entity('invitation')
@Unique(['codeHash'])
@Index(['userId'])
export class Invitation {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  userId!: string;

  @ManyToOne('User', { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'user_id' })
  user?: Relation<User>;

  @Column({ type: 'varchar', length: 64 })
  codeHash!: string;

  /** The second factor that is offered, sealed with the user's id as context. */
  @Column({ type: 'text' })
  totpSealed!: string;

  @TimeColumn()
  expiresAt!: number;

  @TimeColumn({ nullable: true })
  usedAt!: number | null;

  @TimeColumn()
  timeCreate!: number;
}
