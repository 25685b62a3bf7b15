import type { LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import { type PartitionOffset, partitionKey } from './partition-offsets.js';

interface Assignment {
  readonly topic: string;
  readonly partitions: readonly number[];
}

interface Owned {
  next: bigint;
  /** The first reading that began at what the group had committed when the partition came. */
  readonly sinceReading: number;
}

/**
 * The partitions that this member reads at present, and how far it has read each. After a rebalance the client begins
 * again at what was committed; what it has read of a partition that it keeps is still under way and not taken twice.
 *
 * Readings are counted: one that began before a partition came may still hold records from when it was ours the last
 * time. Taken as the first, they would hide what came before them and a former owner has read and lost.
 */
export class OwnedPartitions {
  private owned = new Map<string, Owned>();
  private lastReading = 0;

  constructor(private readonly marks: LowWaterMarks) {}

  get size(): number {
    return this.owned.size;
  }

  /** The reading that is to be begun now: there is another one whenever a partition has come. */
  get reading(): number {
    return this.lastReading;
  }

  assign(assignments: readonly Assignment[]): void {
    const keys = assignments.flatMap(({ topic, partitions }) =>
      partitions.map((number) => partitionKey(topic, number)),
    );
    if (keys.some((key) => !this.owned.has(key))) this.lastReading += 1;
    const owned = new Map(
      keys.map((key) => [key, this.owned.get(key) ?? { next: 0n, sinceReading: this.lastReading }]),
    );
    for (const key of this.owned.keys()) if (!owned.has(key)) this.forget(key);
    this.owned = owned;
  }

  /** Whether a record of the given reading is new to us and ours; it counts as read from then on. */
  isNext({ topic, partition, offset }: PartitionOffset, reading: number): boolean {
    const owned = this.owned.get(partitionKey(topic, partition));
    if (owned === undefined || reading < owned.sinceReading || offset < owned.next) return false;
    owned.next = offset + 1n;
    return true;
  }

  private forget(key: string): void {
    const colon = key.lastIndexOf(':');
    this.marks.revoke(key.slice(0, colon), Number(key.slice(colon + 1)));
  }
}
