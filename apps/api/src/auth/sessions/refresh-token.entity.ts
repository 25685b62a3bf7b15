import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { TimeColumn } from '../../database/time-column.js';
import type { Session } from './session.entity.js';

/** Every refresh token that a session ever had, so that a spent one is recognised when a thief brings it back. */
@Entity('refresh_token')
@Index(['sessionId'])
export class RefreshToken {
  /** Keyed hash; the token itself is nowhere. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  tokenHash!: string;

  @Column({ type: 'varchar', length: 64 })
  sessionId!: string;

  @ManyToOne('Session', { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'session_id' })
  session?: Relation<Session>;

  @TimeColumn({ nullable: true })
  spentAt!: number | null;

  @TimeColumn()
  timeCreate!: number;
}
