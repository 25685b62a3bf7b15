import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { BigIntColumn, TimeColumn } from '../../database/time-column.js';

/**
 * `receiving` → `finishing` (all bytes are there, the blob is being made) → `done`. `deleting`: hidden, its bytes are
 * being removed, because its ticket goes, the client ended it, or its time is over.
 */
export type UploadState = 'receiving' | 'finishing' | 'done' | 'deleting';

/** Through which door the bytes come; `capture` is this server's own. */
export type UploadDoor = 'tus' | 'put' | 'multipart' | 'capture';

/** What comes through these in several requests can be continued by another. */
export const CONTINUABLE_DOORS: readonly UploadDoor[] = ['tus', 'capture'];

/** An upload on its way to become an archive. */
@Entity('upload')
@Unique(['tokenId', 'clientKeyHash'])
@Index(['ticketId', 'state'])
@Index(['tokenId', 'state'])
@Index(['state', 'leaseUntil'])
@Index(['expiresAt'])
@Index(['archiveId'])
export class Upload {
  /** 128 random bits in hex; also the key of its partial in the blob store. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  ticketId!: string;

  @ManyToOne('Ticket', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'ticket_id' })
  ticket?: object;

  @Column({ type: 'varchar', length: 64 })
  tokenId!: string;

  @ManyToOne('UploadToken', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'token_id' })
  token?: object;

  @Column({ type: 'varchar', length: 16 })
  door!: UploadDoor;

  @Column({ type: 'varchar', length: 16 })
  state!: UploadState;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  mediaType!: string;

  /** The header Upload-Metadata of a tus client as it came; null where there was none. */
  @Column({ type: 'text', nullable: true })
  clientMetadata!: string | null;

  /** Null until the client has said how many bytes there will be. */
  @BigIntColumn({ nullable: true })
  declaredBytes!: number | null;

  /** What the client says the digest will be; lower-case hex. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  declaredSha256!: string | null;

  /** Everything below this offset is durable; what a client is told. */
  @BigIntColumn({ default: 0 })
  durableBytes!: number;

  /** Repeats an archive whose answer was lost: holds no attempt, and must turn out to be that archive. */
  @Column({ type: 'boolean' })
  isReplay!: boolean;

  /** Counts the writers. Whoever writes with an older number has been replaced. */
  @Column({ type: 'integer', default: 0 })
  writerEpoch!: number;

  /** Until then it holds an attempt of its token and the space it has declared. */
  @TimeColumn()
  leaseUntil!: number;

  /** When its bytes are thrown away, unless it is finished before. */
  @TimeColumn()
  expiresAt!: number;

  /** Keyed hash of the secret by which the client finds the same upload again. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  clientKeyHash!: string | null;

  /** Known once all bytes are there; lower-case hex. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  sha256!: string | null;

  /** The key that its blob gets; also the id of the archive. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  blobKey!: string | null;

  /** The archive it has become, or the earlier one that it repeated. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  archiveId!: string | null;

  @Column({ type: 'varchar', length: 64 })
  address!: string;

  @Column({ type: 'varchar', length: 256 })
  agent!: string;

  @TimeColumn()
  timeCreate!: number;

  @TimeColumn()
  timeUpdate!: number;
}
