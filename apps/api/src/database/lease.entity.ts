import { Column, Entity, PrimaryColumn } from 'typeorm';
import { TimeColumn } from './time-column.js';

/** Background work that only one process may do at a time, and who does it until when. */
@Entity('lease')
export class Lease {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  name!: string;

  @Column({ type: 'varchar', length: 64 })
  holder!: string;

  @TimeColumn()
  expiresAt!: number;
}
