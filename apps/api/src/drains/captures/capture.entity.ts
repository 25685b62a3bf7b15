import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { BigIntColumn, TimeColumn } from '../../database/time-column.js';

/**
 * `running` → `finishing` (the archive is being made) → `done`, or `interrupted`: it ended before it should have, and what
 * had come is the archive. `failed`: there is nothing. `cancelled`: what had come was thrown away.
 */
export const CAPTURE_STATES = ['running', 'finishing', 'done', 'interrupted', 'failed', 'cancelled'] as const;
export type CaptureState = (typeof CAPTURE_STATES)[number];

/** What ended it: its time, its size, somebody, or something that went wrong. */
export const CAPTURE_ENDS = ['time', 'size', 'staff', 'fault'] as const;
export type CaptureEnd = (typeof CAPTURE_ENDS)[number];

/** The live stream of an app or a site on its way into a ticket. */
@Entity('capture')
@Index(['ticketId', 'timeCreate'])
@Index(['timeCreate', 'id'])
@Index(['state'])
export class Capture {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  ticketId!: string;

  @ManyToOne('Ticket', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'ticket_id' })
  ticket?: object;

  @Column({ type: 'varchar', length: 255, nullable: true })
  app!: string | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  space!: string | null;

  /** Null where it is an app. */
  @Column({ type: 'varchar', length: 255, nullable: true })
  site!: string | null;

  /** Of text, before it is compressed. */
  @BigIntColumn()
  maxBytes!: number;

  @Column({ type: 'varchar', length: 16 })
  state!: CaptureState;

  @Column({ type: 'varchar', length: 16, nullable: true })
  endedBy!: CaptureEnd | null;

  /** Why it is not what it should be; for staff. */
  @Column({ type: 'varchar', length: 500, nullable: true })
  error!: string | null;

  /** Somebody wants it to end now; whoever runs it looks every second. */
  @Column({ type: 'boolean' })
  isStopWanted!: boolean;

  /** Who began it. */
  @Column({ type: 'varchar', length: 150 })
  username!: string;

  /** What its bytes come in as. */
  @Column({ type: 'varchar', length: 64 })
  uploadId!: string;

  @Column({ type: 'varchar', length: 64, nullable: true })
  archiveId!: string | null;

  /** Durable in the upload, without the lines that mark gaps. */
  @BigIntColumn({ default: 0 })
  lines!: number;

  /** Their text with its line ends. */
  @BigIntColumn({ default: 0 })
  bytes!: number;

  /** How often lines may be missing; each place is marked in the text. */
  @Column({ type: 'integer', default: 0 })
  gaps!: number;

  /** What was heard until then is durable; null before anything was. */
  @TimeColumn({ nullable: true })
  storedUntil!: number | null;

  @TimeColumn()
  endsAt!: number;

  @TimeColumn({ nullable: true })
  endedAt!: number | null;

  @TimeColumn()
  timeCreate!: number;
}
