import type { OpenMark } from './contiguous-mark.js';
import type { Acknowledgement } from './low-water-marks.js';

/** What a packet costs beyond its bytes: the objects around it. Measured, rounded up. */
const OVERHEAD_BYTES = 256;

/** One packet on its way to one drain. */
export class QueuedPacket {
  /** Delivered, or given up. */
  isDone = false;
  /** When it was offered, by the clock of `performance.now`. */
  readonly queuedAtMs = performance.now();
  /** Its place in the disk buffer, where it has one. */
  place: OpenMark | undefined;

  constructor(
    /** An RFC 5424 message without framing. */
    readonly packet: Buffer,
    /** Packets of the same key keep their order. */
    readonly key: number,
    /** Whoever waits for it to be safe; not set where the disk buffer has taken that over. */
    public acknowledgement?: Acknowledgement,
    /** For a notice of loss: how many lost records it tells of. */
    readonly lossCount = 0,
  ) {}

  get memoryBytes(): number {
    return this.packet.byteLength + OVERHEAD_BYTES;
  }

  /** Nobody will get it; to be acknowledged all the same. */
  giveUp(): void {
    this.acknowledgement?.giveUp?.();
  }

  acknowledge(): void {
    this.acknowledgement?.settle();
    this.acknowledgement = undefined;
  }
}
