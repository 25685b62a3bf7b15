import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TimeColumn } from '../../database/time-column.js';
import type { User } from '../users/user.entity.js';

/** How a session's tokens travel: in bodies and the Authorization header, or in cookies. */
export type SessionTransport = 'bearer' | 'cookie';

/** A login. It lives until it is ended, idles out or expires; ended ones are kept a while to recognise known devices. */
@Entity('session')
@Index(['userId', 'timeCreate'])
@Index(['expiresAt'])
export class Session {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  userId!: string;

  @ManyToOne('User', { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'user_id' })
  user?: Relation<User>;

  @Column({ type: 'varchar', length: 16 })
  transport!: SessionTransport;

  /** When the password was given. */
  @TimeColumn()
  authenticatedAt!: number;

  /** When a second factor was last proved in this session. */
  @TimeColumn({ nullable: true })
  secondFactorAt!: number | null;

  @TimeColumn()
  lastSeenAt!: number;

  @TimeColumn()
  expiresAt!: number;

  @TimeColumn({ nullable: true })
  endedAt!: number | null;

  @Column({ type: 'varchar', length: 32, nullable: true })
  endReason!: string | null;

  /** Wrong codes in a row. */
  @Column({ type: 'integer', default: 0 })
  wrongCodes!: number;

  /** A second factor that is being set up in this session, sealed with the user's id as context. */
  @Column({ type: 'text', nullable: true })
  pendingTotpSealed!: string | null;

  @TimeColumn({ nullable: true })
  pendingTotpAt!: number | null;

  @Column({ type: 'varchar', length: 64 })
  address!: string;

  @Column({ type: 'varchar', length: 256 })
  agent!: string;

  @TimeColumn()
  timeCreate!: number;
}
