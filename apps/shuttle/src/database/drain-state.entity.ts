import { Column, Entity, type EntityOptions, PrimaryColumn } from 'typeorm';

const options: EntityOptions = { name: 'drain_state' };

/** How a drain does at one instance; written by that instance alone, when it has changed. */
@Entity(options)
export class DrainState {
  @PrimaryColumn({ name: 'drain_id', type: 'varchar', length: 64 })
  drainId = '';

  @PrimaryColumn({ name: 'instance_id', type: 'varchar', length: 36 })
  instanceId = '';

  /** JSON of an `InstanceState`. */
  @Column({ type: 'text' })
  state = '';
}
