import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { TimeColumn } from '../database/time-column.js';

/** A customer's permission to upload to one ticket: unguessable, limited in attempts and in time. */
@Entity('upload_token')
@Unique(['lookupHash'])
@Index(['ticketId', 'timeCreate'])
export class UploadToken {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  ticketId!: string;

  @ManyToOne('Ticket', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'ticket_id' })
  ticket?: object;

  @Column({ type: 'varchar', length: 150 })
  label!: string;

  /** Keyed hash of the token; the only way from a token to its row. */
  @Column({ type: 'varchar', length: 64 })
  lookupHash!: string;

  /** The token, sealed with SECRET_KEY, to show it again to staff. */
  @Column({ type: 'text' })
  sealed!: string;

  /** Archives that it still allows; an upload under way holds one of them by its lease. */
  @Column({ type: 'integer' })
  attempts!: number;

  /** Archives that came through it. */
  @Column({ type: 'integer', default: 0 })
  attemptsUsed!: number;

  /** Opens the ticket to one upload of this server's own; nobody is ever shown it, and nobody else can present it. */
  @Column({ type: 'boolean', default: false })
  isInternal!: boolean;

  @TimeColumn()
  expiresAt!: number;

  @TimeColumn({ nullable: true })
  revokedAt!: number | null;

  @TimeColumn({ nullable: true })
  lastUsedAt!: number | null;

  @TimeColumn()
  timeCreate!: number;
}
