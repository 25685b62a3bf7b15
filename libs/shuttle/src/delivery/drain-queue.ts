import { ContiguousMark } from './contiguous-mark.js';
import { LossNotices, type LossNoticesOptions } from './loss-notices.js';
import type { MemoryBudget } from './memory-budget.js';
import { PacketLine } from './packet-line.js';
import { QueuedPacket } from './queued-packet.js';
import { ReadRetries } from './read-retries.js';
import { Refusals } from './refusals.js';
import type { DiskBuffer, SequenceRange } from './spill/disk-buffer.js';
import { type OverflowPolicy, SpillWriter } from './spill/spill-writer.js';

export interface DrainQueueOptions extends LossNoticesOptions {
  readonly disk: DiskBuffer;
  readonly policy: OverflowPolicy;
  readonly memory: MemoryBudget;
  /** How long a packet may wait to be settled before it goes to the disk. */
  readonly spillAfterMs?: number;
  /** Called when there may be something to take. */
  readonly onReady: () => void;
}

/** What may wait in memory for a drain that takes its packets. */
const MEMORY_BYTES = 8 * 1024 * 1024;
/** What may wait there for one that takes nothing. */
const STUCK_MEMORY_BYTES = 128 * 1024;
/** How far reading from the disk runs ahead, where memory allows it. */
const READ_AHEAD_BYTES = 1024 * 1024;
const READ_BYTES = 256 * 1024;
/** With so many times its part of the memory, a drain that takes nothing gives it back. */
const RETREAT_PARTS = 4;
/** Longer than a stream takes to confirm what it carries; else everything would go through the disk. */
const DEFAULT_SPILL_AFTER_MS = 10_000;

/**
 * The packets of one drain: in memory, and once that is full, on the disk, all in one order.
 *
 * While anything waits on the disk, everything that is not delivered is there, and memory holds a copy of the front; so
 * whatever a crash leaves is in order. A packet is acknowledged when it is delivered, when it is durable, or when it was
 * given up and counted.
 */
export class DrainQueue {
  /** Whether the drain takes its packets; one that does not soon leaves memory to the others. */
  isFlowing = true;
  /** Nothing will be taken for long: everything goes to the disk, so that it is settled. */
  isAtRest = false;
  private line = new PacketLine();
  private readonly writer: SpillWriter;
  private places = new ContiguousMark(0);
  /** Delivered before what comes ahead of them on the disk, which is read again. */
  private deliveredAhead = new Set<number>();
  private isSpilling: boolean;
  private isReading = false;
  private readonly retries: ReadRetries;
  private readonly notices: LossNotices;
  private readonly refusals: Refusals;

  constructor(private readonly options: DrainQueueOptions) {
    this.isSpilling = options.disk.unread > 0;
    options.memory.join();
    this.writer = new SpillWriter(options.disk, options.policy, options.memory, options.now, this.deliveredAmong);
    this.retries = new ReadRetries(options.disk, options.now);
    this.notices = new LossNotices(options);
    this.refusals = new Refusals(options.disk, options.now);
  }

  /** Packets that are neither delivered nor given up. */
  get length(): number {
    return this.line.length + this.writer.length + this.options.disk.unread;
  }

  /** Everything is under way. */
  get hasNothingWaiting(): boolean {
    return this.line.peek() === undefined && this.writer.length === 0 && this.options.disk.unread === 0;
  }

  get memoryBytes(): number {
    return this.line.bytes + this.writer.bytes;
  }

  /** Of these, what is not under way. */
  get waitingBytes(): number {
    return this.line.waitingBytes + this.writer.bytes;
  }

  /** What the disk refused last. */
  get failure(): unknown {
    return this.writer.failure ?? this.retries.failure;
  }

  /** Takes a packet in any case. A promise asks to hold back further ones until it resolves. */
  offer(packet: QueuedPacket): 'accepted' | Promise<void> {
    const isOver = !this.isSpilling && this.isOver(packet.memoryBytes);
    if (isOver && this.writer.isWritingHeld) {
      this.push(packet);
      return this.writer.write();
    }
    if (isOver) this.spill();
    if (this.isSpilling) {
      this.options.memory.add(packet.memoryBytes);
      return this.writer.push(packet, this.given);
    }
    this.push(packet);
    return 'accepted';
  }

  /** Whether memory allows more to be under way. */
  get mayTake(): boolean {
    return this.options.memory.allows(this.underWayBytes);
  }

  /** Whether memory would allow twice as much to be under way, over twice the connections. */
  get mayDouble(): boolean {
    return this.options.memory.allows(this.underWayBytes, this.underWayBytes);
  }

  /** Whether memory holds much that can be read from the disk again. */
  get canRetreat(): boolean {
    return (
      this.line.bytes > RETREAT_PARTS * this.options.memory.partBytes &&
      !this.isReading &&
      !this.writer.isHolding &&
      this.line.firstUnplaced() === undefined
    );
  }

  /** The next packet to be sent; it stays until `take`. */
  peek(): QueuedPacket | undefined {
    const notice = this.notices.due();
    if (notice) return notice;
    const packet = this.line.peek();
    if (this.isSpilling && this.line.waitingBytes < this.readAheadBytes / 2) void this.readAhead();
    return packet;
  }

  /** What `peek` answered is under way; `complete` will follow. */
  take(packet: QueuedPacket): void {
    if (packet.lossCount === 0) this.line.take();
    else this.notices.take(packet);
  }

  /** The packet was delivered. */
  complete(packet: QueuedPacket): void {
    // What was given up may still be delivered by a connection that nobody counted on.
    if (packet.isDone) return;
    if (packet.lossCount > 0) {
      this.notices.arrived(packet);
      return;
    }
    this.notices.receiverTakes();
    this.settle(packet);
  }

  /** The receiver will never take the packet. */
  refuse(packet: QueuedPacket): void {
    if (packet.isDone) return;
    if (packet.lossCount > 0) {
      this.notices.refused(packet);
      return;
    }
    this.refusals.add(packet);
    this.forget(packet);
  }

  /** What was under way and is not delivered waits again: its connections are gone. */
  rewind(): void {
    this.notices.rewind();
    const before = this.line.bytes;
    this.line.rewind();
    this.options.memory.add(this.line.bytes - before);
  }

  /**
   * Leaves to the disk everything that it has, for a drain that takes nothing; nothing may be under way any more.
   * @returns false where it could not now, as something is being read or written; then everything waits in memory again.
   */
  async retreat(): Promise<boolean> {
    const delivered = this.line.doneNumbers();
    this.rewind();
    if (this.isReading || this.writer.isHolding) return false;
    // What was offered since then.
    const late = this.line.removeWaitingWithoutPlace();
    this.isSpilling = true;
    this.isReading = true;
    for (const packet of late) this.writer.push(packet, this.given);
    this.options.memory.add(-this.line.bytes);
    const ahead = [...this.deliveredAhead, ...delivered].filter((number) => number >= this.places.mark);
    this.deliveredAhead = new Set(ahead);
    this.line = new PacketLine();
    this.places = new ContiguousMark(this.places.mark);
    try {
      await this.options.disk.rewind(this.places.mark);
      return true;
    } finally {
      this.isReading = false;
    }
  }

  /** Writes what is on its way to the disk, without waiting for it to be durable. */
  write(): Promise<void> {
    return this.writer.write();
  }

  /** Writes, flushes and cleans up; to be called a few times a second. */
  async tend(): Promise<void> {
    const { isWritingHeld } = this.writer;
    const isDue = !this.isSpilling && (this.isOver(0) || this.isOld(this.line.firstUnplaced()));
    if (isDue && !isWritingHeld) this.spill();
    const old = this.isFlowing || isWritingHeld ? [] : this.line.unplaced().filter((packet) => this.isOld(packet));
    await this.writer.write();
    await this.writer.sync();
    await this.refusals.settle();
    await this.release();
    this.writer.settleDelivered(this.places.mark);
    this.options.onReady();
    await this.giveUpStranded(old);
  }

  /**
   * Has everything that is not delivered made durable now, so that whoever offered it need not wait for the receiver. It is
   * still delivered from memory; only where the disk does not take a copy, it goes there by the policy.
   */
  async secure(): Promise<void> {
    if (!this.isSpilling && !this.writer.isHolding) await this.writeBeside(this.line.unplaced());
    await this.tend();
  }

  /** Brings everything that is not delivered to the disk, for a later process. No packet may be taken any more. */
  async persist(): Promise<void> {
    if (this.writer.isWritingHeld) await this.writer.write();
    if (this.line.length > 0) this.spill();
    await this.writer.write();
    await this.writer.sync();
    await this.refusals.settle();
    await this.release();
  }

  /** Gives everything up: nobody wants it any more. */
  abandon(): void {
    const bytes = this.memoryBytes;
    for (const packet of this.line.unplaced()) packet.acknowledge();
    this.writer.abandon();
    this.refusals.abandon();
    this.options.memory.add(-bytes);
    this.options.memory.leave();
  }

  private settle(packet: QueuedPacket): void {
    packet.acknowledge();
    packet.place?.settle();
    this.forget(packet);
  }

  private forget(packet: QueuedPacket): void {
    packet.isDone = true;
    const before = this.line.bytes;
    this.line.forgetDone();
    this.options.memory.add(this.line.bytes - before);
  }

  private isOver(moreBytes: number): boolean {
    const { memory } = this.options;
    const bytes = this.line.waitingBytes + moreBytes;
    if (this.isAtRest) return bytes > 0;
    if (bytes <= memory.partBytes && !memory.isExhausted) return false;
    if (!this.isFlowing && bytes > STUCK_MEMORY_BYTES) return true;
    return bytes > MEMORY_BYTES || !memory.allows(this.line.bytes + moreBytes);
  }

  private get underWayBytes(): number {
    return this.line.bytes - this.line.waitingBytes;
  }

  private get readAheadBytes(): number {
    const { memory } = this.options;
    return this.isFlowing && memory.allows(this.line.bytes) ? READ_AHEAD_BYTES : memory.partBytes / 2;
  }

  private push(packet: QueuedPacket): void {
    this.options.memory.add(packet.memoryBytes);
    this.line.push(packet);
    this.options.onReady();
  }

  private isOld(packet: QueuedPacket | undefined): boolean {
    const { spillAfterMs = DEFAULT_SPILL_AFTER_MS } = this.options;
    return packet !== undefined && performance.now() - packet.queuedAtMs >= spillAfterMs;
  }

  private async writeBeside(packets: readonly QueuedPacket[]): Promise<void> {
    const last = packets.at(-1);
    if (!last) return;
    this.writer.hold({ packets, keep: this.keepPlaces });
    await this.writer.write();
    const isKept = last.isDone || last.place !== undefined;
    if (!isKept && !this.isSpilling && !this.writer.isHolding) this.spill();
  }

  /** From now on everything goes to the disk, beginning with what memory holds and the disk does not. */
  private spill(): void {
    this.isSpilling = true;
    const waiting = this.line.removeWaitingWithoutPlace();
    // What is under way is written besides; the disk goes over it when it reads, as memory has it.
    this.writer.hold({ packets: this.line.unplaced(), keep: this.keepPlaces });
    for (const packet of waiting) this.writer.push(packet, this.given);
  }

  private readonly deliveredAmong = ({ from, to }: SequenceRange): number =>
    [...this.deliveredAhead].filter((number) => number >= from && number < to).length;

  /** What left memory for the disk. */
  private readonly given = (bytes: number): void => this.options.memory.add(-bytes);

  private readonly keepPlaces = (held: readonly QueuedPacket[], from: number): void => {
    for (const [index, packet] of held.entries()) {
      packet.place = this.places.enter(from + index, 1);
      if (packet.isDone) packet.place.settle();
    }
  };

  /**
   * What a receiver that is away has had for too long, and the disk has no room for: held on to, it would stop its partition.
   * @param old what was to be written; what became old meanwhile still is
   */
  private async giveUpStranded(old: readonly QueuedPacket[]): Promise<void> {
    const { policy, disk, now } = this.options;
    if (this.isFlowing || policy === 'block' || this.writer.isHolding || this.writer.failure !== undefined) return;
    const stranded = old.filter(({ isDone, place }) => !isDone && place === undefined);
    if (stranded.length === 0) return;
    await disk.addDropped(stranded.length, now());
    for (const packet of stranded) {
      packet.giveUp();
      if (!packet.isDone) this.settle(packet);
    }
  }

  /** Lets the disk go of what was delivered. */
  private release(): Promise<void> {
    const { disk } = this.options;
    const hasNothingOfIt = this.places.open === 0 && !this.isReading && !this.writer.isHolding;
    return disk.release(hasNothingOfIt ? disk.readBelow : this.places.mark);
  }

  private pushStored({ sequence, key, packet }: { sequence: number; key: number; packet: Buffer }): void {
    // What has a place was delivered or is in memory.
    if (sequence < this.places.end) return;
    const place = this.places.enter(sequence, 1);
    if (this.deliveredAhead.delete(sequence)) {
      place.settle();
      return;
    }
    const stored = new QueuedPacket(packet, key);
    stored.place = place;
    this.options.memory.add(stored.memoryBytes);
    this.line.push(stored);
  }

  private async readAhead(): Promise<void> {
    if (this.isReading || this.writer.isHolding || !this.retries.isDue) return;
    this.isReading = true;
    try {
      while (this.isSpilling && this.line.waitingBytes < this.readAheadBytes) {
        const records = await this.options.disk.read(Math.min(READ_BYTES, this.readAheadBytes), this.options.now());
        this.retries.succeeded();
        for (const record of records) this.pushStored(record);
        if (records.length === 0 && !this.leaveDisk()) break;
      }
    } catch (error) {
      await this.retries.failed(error);
    } finally {
      this.isReading = false;
    }
    this.options.onReady();
  }

  /** Goes on in memory where everything on the disk was read; else has what waits written, so that it can be read. */
  private leaveDisk(): boolean {
    const rest = this.options.disk.unread === 0 ? this.writer.takeUnwritten(MEMORY_BYTES / 2) : undefined;
    if (rest === undefined) {
      const { length } = this.writer;
      void this.writer.write().then(() => {
        // Otherwise there is nothing new to be read; the next turn of `tend` tries again.
        if (this.writer.length < length) this.options.onReady();
      });
      return false;
    }
    this.isSpilling = false;
    for (const packet of rest) this.line.push(packet);
    return true;
  }
}
