import type { OpenMark } from './contiguous-mark.js';
import type { Acknowledgement } from './low-water-marks.js';
import type { QueuedPacket } from './queued-packet.js';
import type { DiskBuffer } from './spill/disk-buffer.js';

/** Records that a receiver has refused for good. They are settled once they are counted durably, so that it can be told. */
export class Refusals {
  private uncounted: { readonly acknowledgement?: Acknowledgement; readonly place?: OpenMark }[] = [];

  constructor(
    private readonly disk: Pick<DiskBuffer, 'addRefused'>,
    private readonly now: () => number,
  ) {}

  add(packet: QueuedPacket): void {
    packet.giveUp();
    this.uncounted.push({ acknowledgement: packet.acknowledgement, place: packet.place });
    packet.acknowledgement = undefined;
  }

  /** Rejects where the count cannot be written; then it is to be called again. */
  async count(): Promise<void> {
    const counted = this.uncounted;
    if (counted.length === 0) return;
    this.uncounted = [];
    try {
      await this.disk.addRefused(counted.length, this.now());
    } catch (error) {
      this.uncounted = [...counted, ...this.uncounted];
      throw error;
    }
    for (const { acknowledgement, place } of counted) {
      acknowledgement?.settle();
      place?.settle();
    }
  }

  /** Settles them uncounted: nobody is there who could be told. */
  abandon(): void {
    for (const { acknowledgement } of this.uncounted) acknowledgement?.settle();
    this.uncounted = [];
  }
}
