import { Entity, type EntityOptions, PrimaryColumn } from 'typeorm';

const options: EntityOptions = { name: 'consumer_group' };

/** That a group has begun to read: where Kafka knows no offsets of it any more, it goes on from what Kafka still has. */
@Entity(options)
export class ConsumerGroup {
  /** As Kafka calls it. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id = '';
}
