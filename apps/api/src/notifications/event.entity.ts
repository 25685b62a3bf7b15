import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../database/time-column.js';

/** The outbox: what happened in the last 24 hours. Like the trail it references nothing: a deletion is told, too. */
@Entity('event')
@Index(['time'])
export class StoredEvent {
  /** Counts the events without gaps, in the order of their commits; the `id` that streams tell. */
  @PrimaryColumn({
    type: 'bigint',
    transformer: { to: (value: number) => value, from: (value: string | number) => Number(value) },
  })
  seq!: number;

  @Column({ type: 'varchar', length: 64 })
  type!: string;

  @Column({ type: 'varchar', length: 64 })
  ticketId!: string;

  /** JSON object, as it is told. */
  @Column({ type: 'text' })
  payload!: string;

  @TimeColumn()
  time!: number;
}
