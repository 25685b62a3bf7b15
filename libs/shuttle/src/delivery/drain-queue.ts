import { ContiguousMark } from './contiguous-mark.js';
import type { MemoryBudget } from './memory-budget.js';
import { PacketLine } from './packet-line.js';
import { QueuedPacket } from './queued-packet.js';
import type { DiskBuffer } from './spill/disk-buffer.js';
import { type OverflowPolicy, SpillWriter } from './spill/spill-writer.js';

export interface DrainQueueOptions {
  readonly disk: DiskBuffer;
  readonly policy: OverflowPolicy;
  readonly memory: MemoryBudget;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The packet that tells the receiver of `count` records lost since `sinceMs`. */
  readonly lossNotice: (count: number, sinceMs: number) => Buffer;
  /** Called when there may be something to take. */
  readonly onReady: () => void;
}

/** What may wait in memory for a drain that takes its packets. */
const MEMORY_BYTES = 8 * 1024 * 1024;
/** What may wait there for one that takes nothing. */
const STUCK_MEMORY_BYTES = 128 * 1024;
/** How far reading from the disk runs ahead. */
const READ_AHEAD_BYTES = 1024 * 1024;
const READ_BYTES = 256 * 1024;
const NOTICE_INTERVAL_MS = 10_000;

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
  private readonly line = new PacketLine();
  private readonly writer: SpillWriter;
  private readonly places = new ContiguousMark(0);
  private isSpilling: boolean;
  private isReading = false;
  private readFailure: unknown;
  private noticesUnderWay = 0;
  private noticedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: DrainQueueOptions) {
    this.isSpilling = options.disk.unread > 0;
    this.writer = new SpillWriter(options.disk, options.policy, options.now);
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
    return this.writer.failure ?? this.readFailure;
  }

  /** Takes a packet in any case. A promise asks to hold back further ones until it resolves. */
  offer(packet: QueuedPacket): 'accepted' | Promise<void> {
    if (!this.isSpilling && this.isOver(packet.memoryBytes)) this.spill();
    if (this.isSpilling) {
      this.options.memory.add(packet.memoryBytes);
      return this.writer.push(packet, this.given);
    }
    this.push(packet);
    return 'accepted';
  }

  /** The next packet to be sent; it stays until `take`. */
  peek(): QueuedPacket | undefined {
    const notice = this.dueNotice();
    if (notice) return notice;
    const packet = this.line.peek();
    if (this.isSpilling && this.line.waitingBytes < READ_AHEAD_BYTES / 2) void this.readAhead();
    return packet;
  }

  /** What `peek` answered is under way; `complete` will follow. */
  take(packet: QueuedPacket): void {
    if (packet.lossCount === 0) {
      this.line.take();
      return;
    }
    this.noticesUnderWay += packet.lossCount;
    this.noticedAtMs = this.options.now();
  }

  /** The packet was delivered, or given up for good. */
  complete(packet: QueuedPacket): void {
    packet.isDone = true;
    if (packet.lossCount > 0) {
      this.noticesUnderWay -= packet.lossCount;
      this.options.disk.addNoticed(packet.lossCount);
      return;
    }
    const before = this.line.bytes;
    packet.acknowledge();
    packet.place?.settle();
    this.line.forgetDone();
    this.options.memory.add(this.line.bytes - before);
  }

  /** What was under way and is not delivered waits again: its connections are gone. */
  rewind(): void {
    this.noticesUnderWay = 0;
    const before = this.line.bytes;
    this.line.rewind();
    this.options.memory.add(this.line.bytes - before);
  }

  /** Writes what is on its way to the disk, without waiting for it to be durable. */
  write(): Promise<void> {
    return this.writer.write();
  }

  /** Writes, flushes and cleans up; to be called a few times a second. */
  async tend(): Promise<void> {
    if (!this.isSpilling && this.isOver(0)) this.spill();
    await this.writer.write();
    await this.writer.sync();
    await this.options.disk.release(this.places.mark);
    this.writer.settleDelivered(this.places.mark);
    this.options.onReady();
  }

  /** Has everything that is not delivered made durable now, so that whoever offered it need not wait for the receiver. */
  async secure(): Promise<void> {
    if (!this.isSpilling && this.line.length > 0) this.spill();
    await this.tend();
  }

  /** Brings everything that is not delivered to the disk, for a later process. No packet may be taken any more. */
  async persist(): Promise<void> {
    if (this.line.length > 0) this.spill();
    await this.writer.write();
    await this.writer.sync();
    await this.options.disk.release(this.places.mark);
  }

  /** Gives everything up: nobody wants it any more. */
  abandon(): void {
    const bytes = this.memoryBytes;
    for (const packet of [...this.line.underWayWithoutPlace(), ...this.line.removeWaitingWithoutPlace()]) {
      packet.acknowledge();
    }
    this.writer.abandon();
    this.options.memory.add(-bytes);
  }

  private isOver(moreBytes: number): boolean {
    // What is under way cannot be taken back, and its connection bounds it.
    const bytes = this.line.waitingBytes + moreBytes;
    if (this.isAtRest) return bytes > 0;
    if (bytes <= STUCK_MEMORY_BYTES) return false;
    return !this.isFlowing || bytes > MEMORY_BYTES || this.options.memory.isExhausted;
  }

  private push(packet: QueuedPacket): void {
    this.options.memory.add(packet.memoryBytes);
    this.line.push(packet);
    this.options.onReady();
  }

  /** From now on everything goes to the disk, beginning with what memory holds and the disk does not. */
  private spill(): void {
    this.isSpilling = true;
    const underWay = this.line.underWayWithoutPlace();
    const waiting = this.line.removeWaitingWithoutPlace();
    this.writer.hold({ packets: underWay, keep: (written, from) => this.keepPlaces(written, from) });
    for (const packet of waiting) this.writer.push(packet, this.given);
  }

  /** What left memory for the disk. */
  private readonly given = (bytes: number): void => this.options.memory.add(-bytes);

  /** Packets under way were written besides: the disk goes over them when it reads, as memory has them. */
  private async keepPlaces(held: readonly QueuedPacket[], from: number): Promise<void> {
    for (const [index, packet] of held.entries()) {
      packet.place = this.places.enter(from + index, 1);
      if (packet.isDone) packet.place.settle();
    }
    const end = from + held.length;
    for (let sequence = from; sequence < end; ) {
      const records = await this.options.disk.read(READ_BYTES);
      if (records.length === 0) return;
      sequence = (records.at(-1)?.sequence ?? end) + 1;
      for (const record of records) if (record.sequence >= end) this.pushStored(record);
    }
  }

  private pushStored({ sequence, key, packet }: { sequence: number; key: number; packet: Buffer }): void {
    const stored = new QueuedPacket(packet, key);
    stored.place = this.places.enter(sequence, 1);
    this.options.memory.add(stored.memoryBytes);
    this.line.push(stored);
  }

  private async readAhead(): Promise<void> {
    if (this.isReading || this.writer.isHolding) return;
    this.isReading = true;
    try {
      while (this.isSpilling && this.line.waitingBytes < READ_AHEAD_BYTES) {
        const records = await this.options.disk.read(READ_BYTES);
        for (const record of records) this.pushStored(record);
        if (records.length === 0 && !this.leaveDisk()) break;
      }
    } catch (error) {
      this.readFailure = error;
    } finally {
      this.isReading = false;
    }
    this.options.onReady();
  }

  /** Goes on in memory where everything on the disk was read; else has what waits written, so that it can be read. */
  private leaveDisk(): boolean {
    const rest = this.options.disk.unread === 0 ? this.writer.takeUnwritten(MEMORY_BYTES / 2) : undefined;
    if (rest === undefined) {
      void this.writer.write().then(this.options.onReady);
      return false;
    }
    this.isSpilling = false;
    for (const packet of rest) this.line.push(packet);
    return true;
  }

  private dueNotice(): QueuedPacket | undefined {
    const { dropped, noticed, droppedSinceMs } = this.options.disk.losses;
    const count = dropped - noticed - this.noticesUnderWay;
    const now = this.options.now();
    if (count <= 0 || now - this.noticedAtMs < NOTICE_INTERVAL_MS) return undefined;
    return new QueuedPacket(this.options.lossNotice(count, droppedSinceMs || now), 0, undefined, count);
  }
}
