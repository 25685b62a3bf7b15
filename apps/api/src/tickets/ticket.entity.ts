import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { TimeColumn } from '../database/time-column.js';

/** A case of the help desk for which a customer's files are asked. */
@Entity('ticket')
@Unique(['number'])
@Index(['timeCreate', 'id'])
@Index(['platformId'])
@Index(['userId'])
export class Ticket {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  @Column({ type: 'varchar', length: 64 })
  number!: string;

  /** The number in an order in which 9 comes before 10; see `numberKey` in the rules. */
  @Column({ type: 'text' })
  numberKey!: string;

  @Column({ type: 'varchar', length: 64 })
  platformId!: string;

  @ManyToOne('Platform', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'platform_id' })
  platform?: object;

  /** Who created it; never changed by editing. */
  @Column({ type: 'varchar', length: 64, nullable: true })
  userId!: string | null;

  @ManyToOne('User', { onDelete: 'RESTRICT', nullable: true })
  @JoinColumn({ name: 'user_id' })
  creator?: object;

  /** The creator's name at that time. */
  @Column({ type: 'varchar', length: 150 })
  username!: string;

  @Column({ type: 'boolean' })
  resolved!: boolean;

  @Column({ type: 'text' })
  note!: string;

  /** Number and note in lower case: what a search looks through, the same on both databases and for every alphabet. */
  @Column({ type: 'text' })
  searchText!: string;

  /** Counts edits, not uploads; the entity tag. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @TimeColumn()
  timeCreate!: number;

  @TimeColumn()
  timeUpdate!: number;

  /** Hidden from everybody while what belongs to it is being removed. */
  @Column({ type: 'boolean' })
  isDeleting!: boolean;
}
