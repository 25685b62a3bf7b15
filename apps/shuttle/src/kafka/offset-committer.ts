import type { CommittableOffset, LowWaterMarks } from '@logs-collector/shuttle/delivery/low-water-marks';
import type { Consumer } from '@platformatic/kafka';

/** What a process that is killed delivers, or stores, after its last commit, is read again: a commit is cheaper than that. */
const INTERVAL_MS = 200;
/** Commits the offset and says nothing of the leader (KIP-320). */
const NO_LEADER_EPOCH = -1;

/** Commits the low-water marks of one member, never two at a time: of two, the older could arrive last. */
export class OffsetCommitter {
  private readonly timer: NodeJS.Timeout;
  private underWay: Promise<void> | undefined;

  constructor(
    private readonly consumer: Pick<Consumer, 'commit'>,
    private readonly marks: LowWaterMarks,
  ) {
    this.timer = setInterval(() => this.commitNow(), INTERVAL_MS);
  }

  /** One that fails, as during a rebalance, is made up for by the next. */
  commitNow(): void {
    this.commit().catch(() => undefined);
  }

  /** Commits once more; rejects where that fails. */
  async finish(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay?.catch(() => undefined);
    await this.commit();
  }

  private commit(): Promise<void> {
    this.underWay ??= this.commitMarks().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async commitMarks(): Promise<void> {
    const offsets = this.marks.committable();
    if (offsets.length === 0) return;
    await this.consumer.commit({ offsets: offsets.map(forBroker) });
    this.marks.committedAt(offsets);
  }
}

function forBroker({ topic, partition, offset }: CommittableOffset) {
  return { topic, partition, offset: BigInt(offset), leaderEpoch: NO_LEADER_EPOCH };
}
