import type { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { type PartitionOffset, partitionKey } from './partition-offsets.js';

interface Assignment {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/**
 * The partitions that this member reads at present, and how far it has read each. After a rebalance the client begins
 * again at what was committed; what it has read of a partition that it keeps is still under way and not taken twice.
 */
export class OwnedPartitions {
  private next = new Map<string, bigint>();

  constructor(private readonly marks: LowWaterMarks) {}

  get size(): number {
    return this.next.size;
  }

  /** Answers the keys of those that are ours now and were not before. */
  assign(assignments: readonly Assignment[]): string[] {
    const next = new Map<string, bigint>();
    for (const { topic, partitions } of assignments) {
      for (const partition of partitions)
        next.set(partitionKey(topic, partition), this.next.get(partitionKey(topic, partition)) ?? 0n);
    }
    for (const key of this.next.keys()) if (!next.has(key)) this.forget(key);
    const gained = [...next.keys()].filter((key) => !this.next.has(key));
    this.next = next;
    return gained;
  }

  /** Whether the record is new to us and ours; it counts as read from then on. */
  isNext({ topic, partition, offset }: PartitionOffset): boolean {
    const key = partitionKey(topic, partition);
    const next = this.next.get(key);
    if (next === undefined || offset < next) return false;
    this.next.set(key, offset + 1n);
    return true;
  }

  private forget(key: string): void {
    const colon = key.lastIndexOf(':');
    this.marks.revoke(key.slice(0, colon), Number(key.slice(colon + 1)));
  }
}
