import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../database/time-column.js';

/** One line of the trail: who did what to what, when, from where. Rows are only ever added. */
@Entity('audit_event')
@Index(['time', 'id'])
@Index(['targetKind', 'targetId'])
@Index(['actorId'])
export class AuditEvent {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @TimeColumn()
  time!: number;

  @Column({ type: 'varchar', length: 64 })
  action!: string;

  @Column({ type: 'varchar', length: 16 })
  actorKind!: string;

  @Column({ type: 'varchar', length: 64, nullable: true })
  actorId!: string | null;

  @Column({ type: 'varchar', length: 150, nullable: true })
  actorName!: string | null;

  @Column({ type: 'varchar', length: 32, nullable: true })
  targetKind!: string | null;

  @Column({ type: 'varchar', length: 64, nullable: true })
  targetId!: string | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  targetName!: string | null;

  @Column({ type: 'varchar', length: 64, nullable: true })
  address!: string | null;

  @Column({ type: 'varchar', length: 256, nullable: true })
  agent!: string | null;

  @Column({ type: 'varchar', length: 64, nullable: true })
  requestId!: string | null;

  /** JSON object; never a secret. */
  @Column({ type: 'text' })
  details!: string;
}
