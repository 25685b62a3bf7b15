import { randomUUID } from 'node:crypto';
import { type Framing, framed } from '../packet/framing.js';
import type { QueuedPacket } from './queued-packet.js';

/** Packets that are sent together, and again together where that fails. */
export class Batch {
  private givenId: string | undefined;

  constructor(public packets: readonly QueuedPacket[]) {}

  /**
   * The same however often it is sent, so that a receiver can tell a repetition. Made when it is first asked for: as Node puts
   * it together from a dozen pieces that it keeps, it takes more memory than a line, and streams have no use for it.
   */
  get id(): string {
    this.givenId ??= randomUUID();
    return this.givenId;
  }

  /** Takes those out that nobody waits for any more, and answers them. */
  prune(): readonly QueuedPacket[] {
    const done = this.packets.filter(({ isDone }) => isDone);
    if (done.length > 0) this.packets = this.packets.filter(({ isDone }) => !isDone);
    return done;
  }

  framed(framing: Framing): Buffer {
    return framed(
      this.packets.map(({ packet }) => packet),
      framing,
    );
  }
}
