import type { DeliveryError, Transport } from './channels/channel.js';
import type { Circuit } from './circuit.js';
import { Lane } from './lane.js';
import type { QueuedPacket } from './queued-packet.js';

export interface LanePoolOptions {
  readonly transport: Transport;
  readonly circuit: Circuit;
  /** At least 1. */
  readonly maxLanes: number;
  /** Whether there is memory for twice of what is under way. */
  readonly mayDouble: () => boolean;
  readonly onDelivered: (packets: readonly QueuedPacket[]) => void;
  readonly onRefused: (packets: readonly QueuedPacket[], error: DeliveryError) => void;
  readonly onFailed: (error: DeliveryError) => void;
  /** A lane has room again. */
  readonly onRoom: () => void;
}

const IDLE_LANE_MS = 30_000;
/** Reading more from the disk takes less. */
const READING_MS = 100;

/**
 * The connections of one drain. A key stays on its lane while anything of it is under way; without anything under way, its
 * hash says which lane it gets. So its order holds also while lanes are added and taken away.
 */
export class LanePool {
  private readonly lanes: Lane[] = [];
  private readonly keys = new Map<number, { lane: Lane; underWay: number }>();
  private wanted = 0;
  /** Since when there was always more than the lanes had room for. */
  private fullSinceMs: number | undefined;
  /** Since when the lanes have room for what is being read from the disk. */
  private readingSinceMs: number | undefined;

  constructor(private readonly options: LanePoolOptions) {}

  get size(): number {
    return this.lanes.length;
  }

  get connected(): number {
    return this.lanes.filter(({ isConnected }) => isConnected).length;
  }

  /** Whether everything was handed to a connection. */
  get isAllSent(): boolean {
    return this.lanes.every(({ isAllSent }) => isAllSent);
  }

  /** Whether a receiver has yet to answer something that it was sent. */
  get isAwaited(): boolean {
    return this.lanes.some(({ isAwaited }) => isAwaited);
  }

  /** Gives the packet to its lane; false where that has no room. */
  push(packet: QueuedPacket): boolean {
    if (this.wanted > this.lanes.length && !this.hasGrown()) return false;
    // A receiver that is away is tried with one packet; the rest waits where it can go to the disk.
    if (!this.options.circuit.isClosed && this.keys.size > 0) return false;
    const known = this.keys.get(packet.key);
    const lane = known?.lane ?? this.laneFor(packet.key);
    if (!lane.hasRoom) {
      this.grow();
      return false;
    }
    if (known) known.underWay += 1;
    else this.keys.set(packet.key, { lane, underWay: 1 });
    lane.push(packet);
    return true;
  }

  /** Everything there was has been pushed. */
  keptUp(): void {
    this.fullSinceMs = undefined;
  }

  /** Everything that memory had has been pushed; more is being read, and unless that is slow, the lanes have not kept up. */
  keptUpForNow(): void {
    this.readingSinceMs ??= performance.now();
  }

  /** Ends lanes that nobody needs. */
  shrink(): void {
    const idle = this.lanes.filter(
      ({ isIdle, lastUsedAtMs }) => isIdle && performance.now() - lastUsedAtMs > IDLE_LANE_MS,
    );
    for (const lane of this.lanes.length > 1 ? idle.slice(1) : []) {
      this.lanes.splice(this.lanes.indexOf(lane), 1);
      this.wanted = this.lanes.length;
      void lane.close(1_000);
    }
  }

  /** Ends all connections. What was pushed and is not delivered by then is forgotten here. */
  async close(deadlineMs: number): Promise<void> {
    await this.end((lane) => lane.close(deadlineMs));
  }

  async destroy(): Promise<void> {
    await this.end((lane) => lane.destroy());
  }

  private async end(how: (lane: Lane) => Promise<void>): Promise<void> {
    await Promise.all(this.lanes.splice(0).map(how));
    this.keys.clear();
    this.wanted = 0;
  }

  private laneFor(key: number): Lane {
    return this.lanes[key % this.lanes.length] ?? this.addLane();
  }

  /** Twice the lanes, where the ones there are have been full for a while and there are keys that could use more. */
  private grow(): void {
    const { transport, circuit, maxLanes, mayDouble } = this.options;
    const now = performance.now();
    if (now - (this.readingSinceMs ?? now) > READING_MS) this.fullSinceMs = undefined;
    this.readingSinceMs = undefined;
    this.fullSinceMs ??= now;
    if (!circuit.isClosed || now - this.fullSinceMs < transport.growAfterMs || !mayDouble()) return;
    this.wanted = Math.min(maxLanes, this.keys.size, this.lanes.length * 2);
    this.fullSinceMs = undefined;
  }

  /** Nothing may be under way when keys get other lanes; until then, nothing new is let in. */
  private hasGrown(): boolean {
    if (this.keys.size > 0) return false;
    while (this.lanes.length < this.wanted) this.addLane();
    return true;
  }

  private addLane(): Lane {
    const lane = new Lane(this.options.transport, this.options.circuit, {
      delivered: (batch) => {
        this.landed(batch.packets);
        this.options.onDelivered(batch.packets);
      },
      refused: (batch, error) => {
        this.landed(batch.packets);
        this.options.onRefused(batch.packets, error);
      },
      failed: this.options.onFailed,
      forgotten: (packets) => this.landed(packets),
      drained: this.options.onRoom,
    });
    this.lanes.push(lane);
    return lane;
  }

  private landed(packets: readonly QueuedPacket[]): void {
    for (const { key } of packets) {
      const known = this.keys.get(key);
      if (!known) continue;
      known.underWay -= 1;
      if (known.underWay === 0) this.keys.delete(key);
    }
  }
}
