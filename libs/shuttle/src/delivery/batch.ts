import { randomUUID } from 'node:crypto';
import type { QueuedPacket } from './queued-packet.js';

/** Packets that are sent together, and again together where that fails. */
export class Batch {
  /** The same however often it is sent, so that a receiver can tell a repetition. */
  readonly id: string = randomUUID();

  constructor(readonly packets: readonly QueuedPacket[]) {}
}
