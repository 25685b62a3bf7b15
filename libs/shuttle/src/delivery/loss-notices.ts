import { QueuedPacket } from './queued-packet.js';
import type { DiskBuffer } from './spill/disk-buffer.js';

export interface LossNoticesOptions {
  /** Keeps the counts. */
  readonly disk: Pick<DiskBuffer, 'losses' | 'untold' | 'addNoticed'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The packet that tells the receiver of `count` records lost since `sinceMs`. */
  readonly lossNotice: (count: number, sinceMs: number) => Buffer;
}

const INTERVAL_MS = 10_000;

/** Tells the receiver of a drain what it did not get, each loss once: one notice at a time, and not too often. */
export class LossNotices {
  /** Sent last, and not known to have arrived. */
  private last: QueuedPacket | undefined;
  private isUnderWay = false;
  private sentAtMs = Number.NEGATIVE_INFINITY;
  /** The receiver has refused the last one, and taken nothing since: it would only refuse the next. */
  private isUnwelcome = false;

  constructor(private readonly options: LossNoticesOptions) {}

  /** The notice that is to be sent now. */
  due(): QueuedPacket | undefined {
    const { disk, lossNotice } = this.options;
    if (disk.untold <= 0 || this.isUnderWay || this.isUnwelcome) return undefined;
    if (performance.now() - this.sentAtMs < INTERVAL_MS) return undefined;
    const packet = lossNotice(disk.untold, disk.losses.lostSinceMs || this.options.now());
    return new QueuedPacket(packet, 0, undefined, disk.untold);
  }

  /** What `due` answered is under way. */
  take(notice: QueuedPacket): void {
    this.last = notice;
    this.isUnderWay = true;
    this.sentAtMs = performance.now();
  }

  /** It has arrived; of one that was sent again since, only the last counts. */
  arrived(notice: QueuedPacket): void {
    if (notice !== this.last) return;
    this.last = undefined;
    this.isUnderWay = false;
    this.options.disk.addNoticed(notice.lossCount);
  }

  /** The receiver will not have it: it is told again once it takes something. */
  refused(notice: QueuedPacket): void {
    if (notice !== this.last) return;
    this.last = undefined;
    this.isUnderWay = false;
    this.isUnwelcome = true;
  }

  /** A record has arrived. */
  receiverTakes(): void {
    this.isUnwelcome = false;
  }

  /** The connections are gone: what was under way is sent again. */
  rewind(): void {
    this.isUnderWay = false;
  }
}
