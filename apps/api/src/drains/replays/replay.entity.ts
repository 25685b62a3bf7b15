import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { BigIntColumn, TimeColumn } from '../../database/time-column.js';

export const REPLAY_STATES = ['running', 'done', 'failed', 'cancelled'] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

/** The lines of an archive on their way to a drain. */
@Entity('replay')
@Index(['ticketId', 'timeCreate'])
@Index(['archiveId'])
@Index(['timeCreate', 'id'])
@Index(['state'])
export class Replay {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  ticketId!: string;

  @ManyToOne('Ticket', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'ticket_id' })
  ticket?: object;

  @Column({ type: 'varchar', length: 64 })
  archiveId!: string;

  @ManyToOne('Archive', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'archive_id' })
  archive?: object;

  @Column({ type: 'varchar', length: 255 })
  archiveName!: string;

  /** Of the shuttle, which may forget it. */
  @Column({ type: 'varchar', length: 64 })
  drainId!: string;

  /** What the drain's packets have as their HOSTNAME. */
  @Column({ type: 'varchar', length: 511 })
  drainToken!: string;

  @Column({ type: 'varchar', length: 16 })
  state!: ReplayState;

  /** Why it failed, or what a running one waits for; for staff. */
  @Column({ type: 'varchar', length: 500, nullable: true })
  error!: string | null;

  /** Who began it. */
  @Column({ type: 'varchar', length: 150 })
  username!: string;

  /** Of the archive as it is stored. */
  @BigIntColumn()
  totalBytes!: number;

  /** Of these, how many have been read. */
  @BigIntColumn({ default: 0 })
  bytesRead!: number;

  /** In the text, decompressed: the first byte of the first line that the shuttle has not acknowledged. */
  @BigIntColumn({ default: 0 })
  textOffset!: number;

  /** Acknowledged: delivered, or durable with the shuttle. */
  @BigIntColumn({ default: 0 })
  linesSent!: number;

  /** Given up by the drain. */
  @BigIntColumn({ default: 0 })
  linesDropped!: number;

  @TimeColumn({ nullable: true })
  endedAt!: number | null;

  @TimeColumn()
  timeCreate!: number;
}
