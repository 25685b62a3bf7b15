import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { TimeColumn } from '../database/time-column.js';

/** A product of the company, to which tickets belong. */
@Entity('platform')
@Unique(['name'])
export class Platform {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  /** Slug; what paths and filters say. */
  @Column({ type: 'varchar', length: 50 })
  name!: string;

  @Column({ type: 'varchar', length: 150 })
  prettyName!: string;

  /** Counts edits; the entity tag. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @TimeColumn()
  timeCreate!: number;

  /** Hidden from everybody while what belongs to it is being removed. */
  @Column({ type: 'boolean' })
  isDeleting!: boolean;
}
