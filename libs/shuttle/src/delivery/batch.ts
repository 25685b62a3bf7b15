import { randomUUID } from 'node:crypto';
import { type Framing, framed } from '../packet/framing.js';
import type { QueuedPacket } from './queued-packet.js';

/** Packets that are sent together, and again together where that fails. */
export class Batch {
  /** The same however often it is sent, so that a receiver can tell a repetition. */
  readonly id: string = randomUUID();

  constructor(readonly packets: readonly QueuedPacket[]) {}

  framed(framing: Framing): Buffer {
    return Buffer.concat(this.packets.flatMap(({ packet }) => framed(packet, framing)));
  }
}
