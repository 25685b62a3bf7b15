import { Column, Entity, type EntityOptions, PrimaryColumn } from 'typeorm';

const options: EntityOptions = { name: 'instance' };

/** A process that delivers, for as long as it is heard from. */
@Entity(options)
export class Instance {
  /** Made anew by each start. */
  @PrimaryColumn({ type: 'varchar', length: 36 })
  id = '';

  /** Milliseconds since the epoch, by its own clock. */
  @Column({ name: 'heard_at', type: 'bigint', transformer: { to: (value: number) => value, from: Number } })
  heardAt = 0;
}
