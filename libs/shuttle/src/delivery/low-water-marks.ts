import type { StreamPosition } from '../record.js';
import { ContiguousMark } from './contiguous-mark.js';

/** One drain's debt for one record: settled once it has been delivered, stored durably, or given up by policy. */
export interface Acknowledgement {
  /** Called exactly once by each drain that was counted in. */
  settle(): void;
  /** Called before that by one that gives the record up: its buffer is full, or its receiver refuses it. */
  giveUp?(): void;
}

/** A partition's offset that may be committed: of the record that is to be read next after a restart. */
export interface CommittableOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Up to where each partition is done: every record below the mark was delivered, stored or given up by every drain that
 * wanted it. The mark is the lowest open record, so that one drain that lags holds back the commit and nothing else.
 */
export class LowWaterMarks {
  private readonly topics = new Map<string, Map<number, ContiguousMark>>();
  private readonly committed = new WeakMap<ContiguousMark, number>();

  /**
   * Enters a record, in the order of its partition, before it is offered to anyone.
   * @param drains how many will settle it; 0 for a record that nobody wants.
   */
  enter(position: StreamPosition, drains: number): Acknowledgement {
    return this.markOf(position).enter(position.offset, drains);
  }

  /**
   * Forgets partitions that were taken away. Settling what is left of them has no effect any more: whoever owns them now
   * starts from what was committed.
   */
  revoke(topic: string, partition: number): void {
    const partitions = this.topics.get(topic);
    partitions?.delete(partition);
    if (partitions?.size === 0) this.topics.delete(topic);
  }

  /** The marks that moved since `committed` was last called for them. */
  committable(): CommittableOffset[] {
    const offsets: CommittableOffset[] = [];
    for (const [topic, partitions] of this.topics) {
      for (const [partition, mark] of partitions) {
        if (mark.mark !== this.committed.get(mark)) offsets.push({ topic, partition, offset: mark.mark });
      }
    }
    return offsets;
  }

  /** Says that the broker has these offsets. */
  committedAt(offsets: readonly CommittableOffset[]): void {
    for (const { topic, partition, offset } of offsets) {
      const mark = this.topics.get(topic)?.get(partition);
      if (mark) this.committed.set(mark, offset);
    }
  }

  /** Records that somebody still owes, of one partition or of all. */
  open(topic?: string, partition?: number): number {
    let count = 0;
    for (const [name, partitions] of this.topics) {
      if (topic !== undefined && name !== topic) continue;
      for (const [number, mark] of partitions) if (partition === undefined || partition === number) count += mark.open;
    }
    return count;
  }

  private markOf({ topic, partition, offset }: StreamPosition): ContiguousMark {
    let partitions = this.topics.get(topic);
    if (!partitions) {
      partitions = new Map();
      this.topics.set(topic, partitions);
    }
    let mark = partitions.get(partition);
    if (!mark) {
      mark = new ContiguousMark(offset);
      partitions.set(partition, mark);
      this.committed.set(mark, offset);
    }
    return mark;
  }
}
