import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { BigIntColumn, TimeColumn } from '../database/time-column.js';

/**
 * `stored`: its bytes are there. `deleting`: hidden, its bytes are being removed. `missing`, `corrupt`: a check found
 * no bytes, or other bytes than were received; the row stays so that somebody can act.
 */
export type ArchiveState = 'stored' | 'deleting' | 'missing' | 'corrupt';

/** A file that a customer has sent, or that was captured from a live stream. */
@Entity('archive')
@Unique(['blobKey'])
@Index(['ticketId', 'timeCreate'])
@Index(['timeCreate', 'id'])
@Index(['sha256'])
@Index(['state'])
export class Archive {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  ticketId!: string;

  @ManyToOne('Ticket', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'ticket_id' })
  ticket?: object;

  @Column({ type: 'varchar', length: 64, nullable: true })
  tokenId!: string | null;

  @ManyToOne('UploadToken', { onDelete: 'RESTRICT', nullable: true })
  @JoinColumn({ name: 'token_id' })
  token?: object;

  /** The customer's name for it, cleaned of paths and control characters. */
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @BigIntColumn()
  sizeBytes!: number;

  /** Lower-case hex. */
  @Column({ type: 'varchar', length: 64 })
  sha256!: string;

  @Column({ type: 'varchar', length: 255 })
  mediaType!: string;

  /** Where its bytes are in the blob store. */
  @Column({ type: 'varchar', length: 64 })
  blobKey!: string;

  @Column({ type: 'varchar', length: 16 })
  state!: ArchiveState;

  @Column({ type: 'boolean', default: false })
  isCapture!: boolean;

  /** The client's address. */
  @Column({ type: 'varchar', length: 64 })
  uploadedFrom!: string;

  @TimeColumn()
  timeCreate!: number;
}
