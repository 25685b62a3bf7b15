import type { OpenMark } from './contiguous-mark.js';
import type { Acknowledgement } from './low-water-marks.js';

/** What a packet costs beyond its bytes: the objects around it, also where it is sent alone. Measured, rounded up. */
const OVERHEAD_BYTES = 320;

/** One packet on its way to one drain. */
export class QueuedPacket {
  /** Delivered, or given up. */
  isDone = false;
  /** When it was offered, by the clock of `performance.now`; whole, as a fraction takes memory of its own. */
  readonly queuedAtMs = Math.trunc(performance.now());
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
