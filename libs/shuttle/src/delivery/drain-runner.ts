import { setTimeout as delay } from 'node:timers/promises';
import type { Destination, LogRecord } from '../record.js';
import type { BackoffLimits } from './backoff.js';
import type { DeliveryError, Transport } from './channels/channel.js';
import { Circuit } from './circuit.js';
import { DrainQueue } from './drain-queue.js';
import { LanePool } from './lane-pool.js';
import { lossNotice } from './loss-notice.js';
import type { Acknowledgement } from './low-water-marks.js';
import type { MemoryBudget } from './memory-budget.js';
import { QueuedPacket } from './queued-packet.js';
import { recordKey } from './record-key.js';
import type { DiskBuffer } from './spill/disk-buffer.js';
import type { OverflowPolicy } from './spill/spill-writer.js';

export interface DrainRunnerOptions {
  readonly destination: Destination;
  readonly transport: Transport;
  /** An RFC 5424 message without framing, cut to what the drain takes. */
  readonly encode: (record: LogRecord) => Buffer;
  readonly disk: DiskBuffer;
  readonly policy: OverflowPolicy;
  readonly memory: MemoryBudget;
  /** How many connections it may have; at least 1. */
  readonly maxConnections: number;
  readonly backoff?: BackoffLimits;
  /** Takes records and delivers none, until `resume`. */
  readonly isPaused?: boolean;
  /** How long a packet may wait to be settled before it goes to the disk. */
  readonly spillAfterMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly random?: () => number;
}

/** What staff see of a drain. Counts are since the start of the process, but for losses, which outlive it. */
export interface DrainState {
  readonly status: 'idle' | 'connected' | 'backing_off' | 'paused';
  readonly connections: number;
  readonly lastError: string | undefined;
  readonly lastErrorAtMs: number | undefined;
  /** When a drain that backs off tries again; milliseconds since 1970. */
  readonly retryAtMs: number | undefined;
  readonly sent: number;
  /** Packets that are not delivered, in memory and on the disk. */
  readonly buffered: number;
  readonly bufferedBytes: number;
  /** Bytes of memory that wait for a connection to take them; for whoever wants to feed no faster than that. */
  readonly waitingBytes: number;
  /** Given up because the buffer was full. */
  readonly dropped: number;
  /** Given up because the receiver refused them for good. */
  readonly refused: number;
  /** Lost because bytes on the disk had changed. */
  readonly damaged: number;
  /** What keeps the buffer from being written, such as a full disk. */
  readonly bufferError: string | undefined;
}

/** How long a receiver that is left has to confirm what is under way. */
const CONFIRM_MS = 5_000;
const POLL_MS = 10;
/** What may wait in memory while older packets are brought from elsewhere. */
const INHERIT_BYTES = 1024 * 1024;
/** A receiver that failed more often in a row is not waited for when the process ends. */
const LONG_AWAY_FAILURES = 6;

/** One drain at work: takes records, keeps them, and delivers them in order, whatever the receiver does. */
export class DrainRunner {
  private readonly queue: DrainQueue;
  private circuit: Circuit;
  private lanes: LanePool;
  private isDispatching = false;
  /** Nothing is handed to a connection. */
  private isHeld: boolean;
  /** It is to stay so until `resume`. */
  private isPaused: boolean;
  private changing: Promise<void> = Promise.resolve();
  private isEnding = false;
  private isRemoved = false;
  /** Connections are being ended: nothing may be given to them. */
  private isHalted = false;
  private hasRetreated = false;
  private sent = 0;
  private lastError: { readonly text: string; readonly atMs: number } | undefined;

  constructor(private readonly options: DrainRunnerOptions) {
    const now = options.now ?? Date.now;
    this.isPaused = options.isPaused ?? false;
    this.isHeld = this.isPaused;
    this.circuit = this.newCircuit();
    this.queue = new DrainQueue({
      disk: options.disk,
      policy: options.policy,
      memory: options.memory,
      spillAfterMs: options.spillAfterMs,
      now,
      lossNotice: (count, sinceMs) => options.encode(lossNotice(options.destination, count, sinceMs, now())),
      onReady: () => this.scheduleDispatch(),
    });
    this.queue.isAtRest = this.isPaused;
    this.lanes = this.openLanes(options.transport);
    this.scheduleDispatch();
  }

  get state(): DrainState {
    const { dropped, refused, damaged } = this.options.disk.losses;
    const { failure } = this.queue;
    return {
      status: this.status,
      connections: this.lanes.connected,
      lastError: this.lastError?.text,
      lastErrorAtMs: this.lastError?.atMs,
      retryAtMs: this.circuit.retryAtMs,
      sent: this.sent,
      buffered: this.queue.length,
      bufferedBytes: this.queue.memoryBytes + this.options.disk.bytes,
      waitingBytes: this.queue.waitingBytes,
      dropped,
      refused,
      damaged,
      bufferError: failure instanceof Error ? failure.message : undefined,
    };
  }

  /** What its buffer takes on the disk, what is delivered and not yet removed included. */
  get storedBytes(): number {
    return this.options.disk.bytes;
  }

  /**
   * Takes a record over in any case, and settles it once it is delivered, durable or given up. A promise asks whoever
   * offers to hold back further records for this drain until it resolves; no other drain has to wait for that.
   */
  offer(record: LogRecord, acknowledgement?: Acknowledgement): 'accepted' | Promise<void> {
    return this.offerPacket(new QueuedPacket(this.options.encode(record), recordKey(record), acknowledgement));
  }

  /** The same for what is a packet already. */
  offerPacket(packet: QueuedPacket): 'accepted' | Promise<void> {
    if (!this.isEnding) return this.queue.offer(packet);
    // A deleted drain owes nothing. One that ends with its process leaves late records to the next one, unsettled.
    if (this.isRemoved) packet.acknowledge();
    return 'accepted';
  }

  /** Whether it has use for more than it is offered: its receiver takes what comes. */
  get takesMore(): boolean {
    return !this.isHeld && !this.isEnding && this.circuit.isClosed && this.queue.waitingBytes < INHERIT_BYTES;
  }

  /** Counts records that were lost for this drain elsewhere, so that its receiver is told. */
  addLosses(count: number, sinceMs: number): Promise<void> {
    return this.options.disk.addDropped(count, sinceMs);
  }

  /** Keeps taking records and delivers nothing; resolves when nothing is under way any more. */
  pause(): Promise<void> {
    this.isPaused = true;
    this.queue.isAtRest = true;
    this.hold();
    return this.inTurn(() => this.takeBack());
  }

  resume(): Promise<void> {
    this.isPaused = false;
    this.queue.isAtRest = false;
    return this.inTurn(async () => this.release());
  }

  /** Goes on over other connections, such as with other certificates, and tries at once, however long it would have waited. */
  deliverBy(transport: Transport): Promise<void> {
    this.hold();
    return this.inTurn(async () => {
      await this.takeBack();
      this.circuit = this.newCircuit();
      this.lanes = this.openLanes(transport);
      this.release();
    });
  }

  /** Has everything that is not delivered made durable, so that it is settled. */
  secure(): Promise<void> {
    return this.queue.secure();
  }

  /** Flushes what is due, frees what is done; to be called a few times a second. */
  async tend(): Promise<void> {
    this.queue.isFlowing = !this.isHeld && this.circuit.isClosed;
    this.lanes.shrink();
    await this.queue.tend();
    if (this.circuit.isClosed || this.isHeld || this.hasRetreated || !this.queue.canRetreat) return;
    // What is being tried may be on its way into the receiver; the next turn will do, once that was answered.
    if (this.lanes.isAwaited) return;
    await this.inTurn(() => this.halted(() => this.retreat()));
  }

  /** Delivers what it can within the deadline and makes the rest durable. What is offered after that is not taken. */
  async flush(deadlineMs: number): Promise<void> {
    const endsAtMs = performance.now() + deadlineMs;
    const isWorthWaiting = () =>
      this.circuit.failuresInRow <= LONG_AWAY_FAILURES && !this.isPaused && performance.now() < endsAtMs;
    do {
      // Where memory allows no more to be under way, a receiver that confirms makes room.
      const isAllUnderWay = () => this.queue.hasNothingWaiting || !this.queue.mayTake;
      while (isWorthWaiting() && !(isAllUnderWay() && this.lanes.isAllSent)) {
        // Only what is written can be read again and sent.
        await this.queue.write();
        this.scheduleDispatch();
        await delay(POLL_MS);
      }
      await this.halted(async () => {
        await this.lanes.close(Math.max(0, endsAtMs - performance.now()));
        // A connection may turn out to be gone only when it is closed; then there is time for another.
        this.queue.rewind();
      });
    } while (isWorthWaiting() && this.queue.length > 0);
    this.isEnding = true;
    await this.queue.persist();
    await this.options.disk.close();
  }

  /** Ends at once and gives everything up: the drain was deleted. */
  async remove(): Promise<void> {
    this.isEnding = true;
    this.isRemoved = true;
    await this.lanes.destroy();
    this.queue.abandon();
    await this.options.disk.close();
  }

  private get status(): DrainState['status'] {
    if (this.isPaused) return 'paused';
    if (!this.circuit.isClosed) return 'backing_off';
    return this.lanes.connected > 0 ? 'connected' : 'idle';
  }

  private newCircuit(): Circuit {
    const { random = Math.random, backoff } = this.options;
    return new Circuit({ random, backoff });
  }

  /** One change after the other: what is under way of one must not be taken for that of the next. */
  private inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.changing.then(() => (this.isEnding ? undefined : change()));
    this.changing = turn.catch(() => undefined);
    return turn;
  }

  private hold(): void {
    this.isHeld = true;
    this.queue.isFlowing = false;
  }

  private async takeBack(): Promise<void> {
    // Again: the change before may just have let go.
    this.hold();
    await this.lanes.close(CONFIRM_MS);
    if (!this.isEnding) this.queue.rewind();
  }

  private async retreat(): Promise<void> {
    await this.lanes.destroy();
    this.hasRetreated = await this.queue.retreat();
  }

  private release(): void {
    if (this.isPaused) return;
    this.isHeld = false;
    this.scheduleDispatch();
  }

  private openLanes(transport: Transport): LanePool {
    return new LanePool({
      transport,
      circuit: this.circuit,
      maxLanes: this.options.maxConnections,
      mayDouble: () => this.queue.mayDouble,
      onDelivered: (packets) => {
        for (const packet of packets) if (packet.lossCount === 0 && !packet.isDone) this.sent += 1;
        this.land(packets, (packet) => this.queue.complete(packet));
      },
      onRefused: (packets, error) => {
        this.note(error);
        this.land(packets, (packet) => this.queue.refuse(packet));
      },
      onFailed: (error) => {
        this.queue.isFlowing = false;
        this.note(error);
      },
      onRoom: () => this.scheduleDispatch(),
    });
  }

  private land(packets: readonly QueuedPacket[], end: (packet: QueuedPacket) => void): void {
    if (this.isRemoved) return;
    this.queue.isFlowing = !this.isHeld;
    this.hasRetreated = false;
    for (const packet of packets) end(packet);
    this.scheduleDispatch();
  }

  private async halted(work: () => Promise<void>): Promise<void> {
    this.isHalted = true;
    try {
      await work();
    } finally {
      this.isHalted = false;
      this.scheduleDispatch();
    }
  }

  private note(error: DeliveryError): void {
    this.lastError = { text: error.message, atMs: (this.options.now ?? Date.now)() };
  }

  /** Once for all that is offered in one turn of the event loop. */
  private scheduleDispatch(): void {
    if (this.isDispatching || this.isHeld || this.isEnding) return;
    this.isDispatching = true;
    setImmediate(() => {
      this.isDispatching = false;
      this.dispatch();
    });
  }

  private dispatch(): void {
    if (this.isHeld || this.isEnding || this.isHalted) return;
    for (let packet = this.queue.peek(); packet; packet = this.queue.peek()) {
      // What wants memory would not go faster over more connections.
      if (!this.queue.mayTake) {
        this.lanes.keptUp();
        return;
      }
      if (!this.lanes.push(packet)) return;
      this.queue.take(packet);
    }
    if (this.queue.hasNothingWaiting) this.lanes.keptUp();
    else this.lanes.keptUpForNow();
  }
}
