import type { Offsets } from '@platformatic/kafka';

/** A place in one partition: the offset of the record that is to be read next. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** One entry for each partition that has an offset. */
export function partitionOffsets(offsets: Offsets): PartitionOffset[] {
  return [...offsets].flatMap(([topic, partitions]) =>
    partitions.flatMap((offset, partition) => (offset === undefined ? [] : [{ topic, partition, offset }])),
  );
}

/** Unambiguous, as a topic has no colon in its name. */
export function partitionKey(topic: string, partition: number): string {
  return `${topic}:${partition}`;
}
