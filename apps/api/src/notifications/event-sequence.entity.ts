import { Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn } from '../database/time-column.js';

/** One row: the number of the newest event. Who takes a number holds the row until the commit, so that numbers and commits have one order. */
@Entity('event_sequence')
export class EventSequence {
  @PrimaryColumn({ type: 'varchar', length: 16 })
  name!: string;

  @BigIntColumn()
  value!: number;
}
