import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { TimeColumn } from '../../database/time-column.js';

/** Failures that one subject (an account, an address, a known device) has caused lately. */
@Entity('throttle')
@Index(['windowStart'])
export class Throttle {
  @PrimaryColumn({ type: 'varchar', length: 96 })
  key!: string;

  @Column({ type: 'integer' })
  failures!: number;

  /** When the failures began to be counted. */
  @TimeColumn()
  windowStart!: number;

  @TimeColumn()
  blockedUntil!: number;
}
