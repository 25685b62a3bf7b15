import { randomUUID } from 'node:crypto';
import { type Framing, framed } from '../packet/framing.js';
import type { QueuedPacket } from './queued-packet.js';

/** Packets that are sent together, and again together where that fails. */
export class Batch {
  /** The same however often it is sent, so that a receiver can tell a repetition. */
  readonly id: string = randomUUID();

  constructor(public packets: readonly QueuedPacket[]) {}

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
