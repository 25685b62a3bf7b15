import type { Acknowledgement } from './low-water-marks.js';
import type { QueuedPacket } from './queued-packet.js';
import type { DiskBuffer } from './spill/disk-buffer.js';

/** Records that a receiver has refused for good. They are settled once their count is durable, so that it can be told. */
export class Refusals {
  private unsettled: Acknowledgement[] = [];

  constructor(
    private readonly disk: Pick<DiskBuffer, 'addRefused' | 'syncCounts'>,
    private readonly now: () => number,
  ) {}

  add(packet: QueuedPacket): void {
    this.disk.addRefused(1, this.now());
    packet.giveUp();
    if (packet.acknowledgement) this.unsettled.push(packet.acknowledgement);
    packet.acknowledgement = undefined;
    // Whatever says on the disk that it is done has the count as well.
    packet.place?.settle();
  }

  /** Rejects where the count cannot be written; then it is to be called again. */
  async settle(): Promise<void> {
    if (this.unsettled.length === 0) return;
    const counted = this.unsettled;
    this.unsettled = [];
    try {
      await this.disk.syncCounts();
    } catch (error) {
      this.unsettled = [...counted, ...this.unsettled];
      throw error;
    }
    for (const acknowledgement of counted) acknowledgement.settle();
  }

  /** Nobody is there any more who could be told. */
  abandon(): void {
    for (const acknowledgement of this.unsettled) acknowledgement.settle();
    this.unsettled = [];
  }
}
