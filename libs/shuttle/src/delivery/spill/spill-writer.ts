import type { Acknowledgement } from '../low-water-marks.js';
import type { MemoryBudget } from '../memory-budget.js';
import type { QueuedPacket } from '../queued-packet.js';
import type { DiskBuffer, SequenceRange } from './disk-buffer.js';

/** What happens to records when the buffer is full. */
export type OverflowPolicy = 'drop_oldest' | 'drop_newest' | 'block';

/** So much unwritten is written without waiting for the next turn. */
const WRITE_BYTES = 256 * 1024;
/** With so much unwritten, whoever offers is asked to hold back. */
const HOLD_BACK_BYTES = 1024 * 1024;
/** With this much of a drain's part of the memory it is written, and held back, where the memory of all is exhausted. */
const EXHAUSTED_PART = 1 / 4;
/** What a record takes that is written and not yet durable: whoever waits for it. Measured, rounded up. */
const UNDURABLE_BYTES = 112;

interface HeldPackets {
  readonly packets: readonly QueuedPacket[];
  /** Told which of them were written, and the sequence of the first. */
  readonly keep: (written: readonly QueuedPacket[], from: number) => void;
}

/** Packets between memory and the disk: unwritten, then written and not yet durable. */
export class SpillWriter {
  failure: unknown;
  private unwritten: { packet: QueuedPacket; written: (bytes: number) => void }[] = [];
  private unwrittenBytes = 0;
  private held: HeldPackets | undefined;
  private undurable: { sequence: number; acknowledgement: Acknowledgement }[] = [];
  /** Of a file whose flush failed: they are safe only once they are delivered. */
  private suspect: { sequence: number; acknowledgement: Acknowledgement }[] = [];
  /** Bytes of memory of what is written and not yet durable. */
  private counted = 0;
  private writing: Promise<void> | undefined;
  private syncing: Promise<void> | undefined;
  private room: { promise: Promise<void>; resolve: () => void } | undefined;

  constructor(
    private readonly disk: DiskBuffer,
    private readonly policy: OverflowPolicy,
    private readonly memory: MemoryBudget,
    private readonly now: () => number,
    /** How many of these are delivered already, though they are still on the disk. */
    private readonly deliveredAmong: (range: SequenceRange) => number,
  ) {}

  get length(): number {
    return this.unwritten.length;
  }

  get bytes(): number {
    return this.unwrittenBytes;
  }

  /** Whether packets that are under way still have to be written before anything is read. */
  get isHolding(): boolean {
    return this.held !== undefined;
  }

  /** @param written is told the bytes of memory that became free. */
  push(packet: QueuedPacket, written: (bytes: number) => void): 'accepted' | Promise<void> {
    this.unwritten.push({ packet, written });
    this.unwrittenBytes += packet.memoryBytes;
    const { isExhausted, partBytes } = this.memory;
    const mostBytes = isExhausted ? EXHAUSTED_PART * partBytes : HOLD_BACK_BYTES;
    if (this.unwrittenBytes >= Math.min(WRITE_BYTES, mostBytes)) void this.write();
    if (this.unwrittenBytes < mostBytes) return isExhausted && this.counted >= mostBytes ? this.durable() : 'accepted';
    this.room ??= Promise.withResolvers<void>();
    return this.room.promise;
  }

  /** Packets that go to the disk before any that is pushed and stay in memory as well. */
  hold(held: HeldPackets): void {
    this.held = held;
  }

  /** Writes what is unwritten, by the policy where there is no room. Never rejects: see `failure`. */
  write(): Promise<void> {
    if (!this.held && this.unwritten.length === 0) return Promise.resolve();
    this.writing ??= this.writeAll();
    return this.writing;
  }

  /** Makes durable what was written and acknowledges it. Never rejects: see `failure`. */
  async sync(): Promise<void> {
    // What is written meanwhile waits for the next time.
    const covered = this.undurable;
    this.undurable = [];
    try {
      const { from, to } = await this.disk.sync();
      for (const written of covered) {
        if (written.sequence < from) this.suspect.push(written);
        else if (written.sequence >= to) this.undurable.push(written);
        else {
          written.acknowledgement.settle();
          this.count(-1);
        }
      }
    } catch (error) {
      this.failure = error;
      this.suspect.push(...covered);
    }
  }

  /** Acknowledges what was delivered although it never became durable. */
  settleDelivered(mark: number): void {
    if (this.suspect.length === 0) return;
    const [delivered, rest] = [
      this.suspect.filter(({ sequence }) => sequence < mark),
      this.suspect.filter(({ sequence }) => sequence >= mark),
    ];
    this.suspect = rest;
    for (const { acknowledgement } of delivered) acknowledgement.settle();
    this.count(-delivered.length);
  }

  /** What is unwritten, to go on in memory; undefined where something is being written, or it is more than `maxBytes`. */
  takeUnwritten(maxBytes: number): readonly QueuedPacket[] | undefined {
    if (this.writing || this.held || this.unwrittenBytes > maxBytes) return undefined;
    const packets = this.unwritten.map(({ packet }) => packet);
    this.unwritten = [];
    this.unwrittenBytes = 0;
    this.makeRoom();
    return packets;
  }

  abandon(): void {
    for (const { packet } of this.unwritten) packet.acknowledge();
    for (const { acknowledgement } of [...this.undurable, ...this.suspect]) acknowledgement.settle();
    this.count(-this.undurable.length - this.suspect.length);
    this.unwritten = [];
    this.undurable = [];
    this.suspect = [];
    this.held = undefined;
    this.makeRoom();
  }

  private async writeAll(): Promise<void> {
    try {
      let goesOn = true;
      while (goesOn && (this.held || this.unwritten.length > 0)) {
        if (this.held) goesOn = await this.writeHeld(this.held);
        else goesOn = await this.writeUnwritten();
      }
    } catch (error) {
      this.failure = error;
    } finally {
      this.writing = undefined;
    }
  }

  /** @returns whether it is worth going on. */
  private async writeUnwritten(): Promise<boolean> {
    const packets = this.unwritten.map(({ packet }) => packet);
    const { from, to, failure } = await this.disk.append(packets);
    this.failure = failure;
    this.leave(to - from, (packet, index) => this.awaitDurability(packet, from + index));
    if (to - from === packets.length) return true;
    // A disk that fails is not a full one: dropping would help nobody, and it may recover.
    return failure === undefined && this.overflow(packets.length - (to - from));
  }

  /** @returns whether it is worth going on. */
  private async writeHeld({ packets, keep }: HeldPackets): Promise<boolean> {
    const undelivered = packets.filter(({ isDone }) => !isDone);
    const { from, to, failure } = await this.disk.appendRead(undelivered);
    this.failure = failure;
    const written = undelivered.slice(0, to - from);
    for (const [index, packet] of written.entries()) this.awaitDurability(packet, from + index);
    keep(written, from);
    // A disk that fails may recover; where there is no room, the rest is left to whoever holds it.
    this.held = failure === undefined ? undefined : { packets: undelivered.slice(written.length), keep };
    return failure === undefined;
  }

  /** @returns whether it is worth trying again. */
  private async overflow(count: number): Promise<boolean> {
    if (this.policy === 'block') return false;
    if (this.policy === 'drop_oldest' && (await this.disk.dropOldest(this.now(), this.deliveredAmong))) return true;
    await this.disk.addDropped(count, this.now());
    this.leave(count, (packet) => {
      packet.giveUp();
      packet.acknowledge();
    });
    return true;
  }

  private awaitDurability(packet: QueuedPacket, sequence: number): void {
    const { acknowledgement } = packet;
    packet.acknowledgement = undefined;
    if (!acknowledgement) return;
    this.undurable.push({ sequence, acknowledgement });
    this.count(1);
  }

  /** Resolves when something of what waits to be durable was flushed. */
  private durable(): Promise<void> {
    this.syncing ??= this.sync().finally(() => {
      this.syncing = undefined;
    });
    return this.syncing;
  }

  /** Counts records that wait to be durable, or, negative, no longer do. */
  private count(records: number): void {
    const bytes = records * UNDURABLE_BYTES;
    this.counted += bytes;
    this.memory.add(bytes);
  }

  /** Lets go of the first `count` unwritten packets. */
  private leave(count: number, each: (packet: QueuedPacket, index: number) => void): void {
    const leaving = this.unwritten.slice(0, count);
    this.unwritten = this.unwritten.slice(count);
    let index = 0;
    for (const { packet, written } of leaving) {
      each(packet, index);
      index += 1;
      this.unwrittenBytes -= packet.memoryBytes;
      written(packet.memoryBytes);
    }
    if (this.unwrittenBytes < HOLD_BACK_BYTES / 2) this.makeRoom();
  }

  private makeRoom(): void {
    this.room?.resolve();
    this.room = undefined;
  }
}
