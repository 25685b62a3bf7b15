import { randomUUID } from 'node:crypto';
import { type Framing, framed } from '../packet/framing.js';
import type { QueuedPacket } from './queued-packet.js';

/** How batches are cut for a kind of channel. */
export interface BatchLimits {
  readonly bytes: number;
  readonly packets: number;
  /** How long a batch that is not full waits for more. */
  readonly lingerMs: number;
  /**
   * For how long more packets may join a batch that was sent, where both fit into one: they are confirmed, and if need be
   * sent again, together. However thin the stream, no more batches are under way than that allows.
   */
  readonly joinMs: number;
}

/** Packets that are sent together, and again together where that fails. */
export class Batch {
  private givenId: string | undefined;
  private readonly cutAtMs = performance.now();

  /** @param bytes how many its packets have */
  constructor(
    public packets: QueuedPacket[],
    private bytes: number,
  ) {}

  /**
   * The same however often it is sent, so that a receiver can tell a repetition. Made when it is first asked for: as Node puts
   * it together from a dozen pieces that it keeps, it takes more memory than a line, and streams have no use for it.
   */
  get id(): string {
    this.givenId ??= randomUUID();
    return this.givenId;
  }

  /** Takes the packets of the next one along, where this one is young and has room for them; false where it is not. */
  join(next: Batch, { bytes, packets, joinMs }: BatchLimits): boolean {
    if (this.bytes + next.bytes > bytes || this.packets.length + next.packets.length > packets) return false;
    if (next.cutAtMs - this.cutAtMs >= joinMs) return false;
    this.packets.push(...next.packets);
    this.bytes += next.bytes;
    return true;
  }

  /** Takes those out that nobody waits for any more, and answers them. */
  prune(): readonly QueuedPacket[] {
    const done = this.packets.filter(({ isDone }) => isDone);
    if (done.length > 0) this.packets = this.packets.filter(({ isDone }) => !isDone);
    return done;
  }

  /** Its packets from one on. */
  framed(framing: Framing, from = 0): Buffer {
    return framed(
      this.packets.slice(from).map(({ packet }) => packet),
      framing,
    );
  }
}
