import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn } from '../../database/time-column.js';

/** How full the storage was at one time. */
@Entity('storage_sample')
export class StorageSample {
  /** Epoch ms. */
  @PrimaryColumn({
    type: 'bigint',
    transformer: { to: (value: number) => value, from: (value: string | number) => Number(value) },
  })
  time!: number;

  @BigIntColumn()
  totalBytes!: number;

  @BigIntColumn()
  freeBytes!: number;

  @BigIntColumn()
  archivesBytes!: number;

  @Column({ type: 'integer' })
  archivesCount!: number;
}
