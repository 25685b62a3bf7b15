import { Batch } from './batch.js';
import { type Channel, type ChannelObserver, DeliveryError, type Transport } from './channels/channel.js';
import type { Circuit } from './circuit.js';
import { Latch } from './latch.js';
import type { QueuedPacket } from './queued-packet.js';

/** What a lane tells of its packets. */
export interface LaneObserver {
  delivered(batch: Batch): void;
  /** Given up: the receiver will never take it. */
  refused(batch: Batch, error: DeliveryError): void;
  /** Will be sent again. */
  failed(error: DeliveryError): void;
  /** Given up by whoever offered them; not sent. */
  forgotten(packets: readonly QueuedPacket[]): void;
  /** There is room for more. */
  drained(): void;
}

/**
 * One connection and the packets that go over it, in their order, also across reconnections: what was sent and not
 * confirmed is sent again before anything else.
 */
export class Lane {
  lastUsedAtMs = performance.now();
  isConnected = false;
  private waiting: QueuedPacket[] = [];
  private waitingBytes = 0;
  private waitingSinceMs = 0;
  /** Cut and not confirmed, oldest first; the first `handed` of them are with the channel. */
  private readonly unconfirmed: Batch[] = [];
  private handed = 0;
  private channel: Channel | undefined;
  private lingering: NodeJS.Timeout | undefined;
  private readonly work = new Latch();
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;

  constructor(
    private readonly transport: Transport,
    private readonly circuit: Circuit,
    private readonly observer: LaneObserver,
  ) {
    this.running = this.run();
  }

  /** Room for two batches: one to be sent and one to be filled. */
  get hasRoom(): boolean {
    const { bytes, packets } = this.transport.limits;
    return this.waitingBytes < 2 * bytes && this.waiting.length < 2 * packets;
  }

  get isIdle(): boolean {
    return this.waiting.length === 0 && this.unconfirmed.length === 0;
  }

  /** Everything was handed to the connection that stands. */
  get isAllSent(): boolean {
    return this.isIdle || (this.isConnected && this.waiting.length === 0 && this.handed === this.unconfirmed.length);
  }

  /** The receiver has something that it has not answered: it comes to know that twice where the connection is ended now. */
  get isAwaited(): boolean {
    return this.isConnected && this.handed > 0;
  }

  push(packet: QueuedPacket): void {
    if (this.waiting.length === 0) {
      this.lastUsedAtMs = performance.now();
      this.waitingSinceMs = this.lastUsedAtMs;
    }
    this.waiting.push(packet);
    this.waitingBytes += packet.packet.byteLength;
    this.work.open();
  }

  /** Has the receiver confirm what is under way, as far as it can within the deadline, and ends. */
  async close(deadlineMs: number): Promise<void> {
    this.stop();
    await this.channel?.close(deadlineMs);
    await this.running;
  }

  async destroy(): Promise<void> {
    this.stop();
    this.channel?.destroy();
    await this.running;
  }

  private stop(): void {
    this.stopping.abort();
    this.work.open();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.isIdle) {
        await this.work.passed();
        continue;
      }
      const isProbe = await this.circuit.enter(signal);
      if (!signal.aborted) {
        const failure = await this.serve(signal);
        if (failure && !failure.options.isProof && !signal.aborted) {
          this.circuit.failed(failure.options.retryAfterMs);
          this.observer.failed(failure);
          continue;
        }
      }
      if (isProbe) this.circuit.withdraw();
    }
  }

  /** Connects and sends, until the connection fails, whose reason is answered, or the lane is to end. */
  private async serve(signal: AbortSignal): Promise<DeliveryError | undefined> {
    let failure: DeliveryError | undefined;
    const fail = (error: DeliveryError) => {
      failure ??= error;
      this.work.open();
    };
    const observer: ChannelObserver = {
      delivered: (batches) => this.delivered(batches),
      failed: (batch, error) => this.undelivered(batch, error, fail),
    };
    try {
      const channel = await this.connect(observer, signal);
      if (!channel) return undefined;
      this.channel = channel;
      this.handed = 0;
      this.prune();
      this.isConnected = true;
      void channel.closed.then(fail);
      if (this.transport.isConnectionProof) this.circuit.connected();
      this.observer.drained();
      while (!failure && !signal.aborted) {
        if (this.handed === this.unconfirmed.length && !this.isDue()) await this.work.passed();
        else if (channel.isReady) this.hand(channel);
        else await channel.ready();
      }
      if (failure) channel.destroy();
      return failure;
    } catch (error) {
      this.channel?.destroy();
      return deliveryError(error);
    } finally {
      this.isConnected = false;
    }
  }

  /** A lane that is to end does not wait for a name that is looked up slowly. */
  private async connect(observer: ChannelObserver, signal: AbortSignal): Promise<Channel | undefined> {
    const connecting = this.transport.connect(observer, signal);
    const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
    const abort = () => resolve(undefined);
    signal.addEventListener('abort', abort);
    try {
      const channel = await Promise.race([connecting, aborted]);
      if (!channel) void connecting.then((late) => late.destroy()).catch(() => undefined);
      return channel;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  /** Goes on without what was given up while there was no connection. */
  private prune(): void {
    const gone = this.unconfirmed.flatMap((batch) => batch.prune());
    for (let index = this.unconfirmed.length - 1; index >= 0; index -= 1) {
      if (this.unconfirmed[index]?.packets.length === 0) this.unconfirmed.splice(index, 1);
    }
    for (const packet of this.waiting) {
      if (!packet.isDone) continue;
      gone.push(packet);
      this.waitingBytes -= packet.packet.byteLength;
    }
    if (gone.length === 0) return;
    this.waiting = this.waiting.filter(({ isDone }) => !isDone);
    this.observer.forgotten(gone);
  }

  /** What is to be sent again comes first. */
  private hand(channel: Channel): void {
    const again = this.unconfirmed[this.handed];
    const batch = again ?? this.cut();
    const last = again ? undefined : this.unconfirmed.at(-1);
    const from = last?.packets.length ?? 0;
    if (last?.join(batch, this.transport.limits)) {
      channel.send(last, from);
      return;
    }
    if (!again) this.unconfirmed.push(batch);
    this.handed += 1;
    channel.send(batch, 0);
  }

  private delivered(batches: readonly Batch[]): void {
    for (const batch of batches) {
      if (!this.forget(batch)) continue;
      this.circuit.delivered();
      this.observer.delivered(batch);
    }
  }

  private undelivered(batch: Batch, error: unknown, fail: (error: DeliveryError) => void): void {
    const failure = deliveryError(error);
    if (!failure.options.isRefused) {
      fail(failure);
      return;
    }
    if (!this.forget(batch)) return;
    // A receiver that refuses is there: whatever else there is may be tried.
    this.circuit.delivered();
    this.observer.refused(batch, failure);
  }

  /** False where it was settled before: a connection that was given up may still confirm what the next one repeats. */
  private forget(batch: Batch): boolean {
    const index = this.unconfirmed.indexOf(batch);
    if (index < 0) return false;
    this.unconfirmed.splice(index, 1);
    if (index < this.handed) this.handed -= 1;
    this.work.open();
    return true;
  }

  /** Whether the next batch is full or has waited long enough. */
  private isDue(): boolean {
    const { bytes, packets, lingerMs } = this.transport.limits;
    if (this.waiting.length === 0) return false;
    const lingersMs = lingerMs - (performance.now() - this.waitingSinceMs);
    if (this.waitingBytes >= bytes || this.waiting.length >= packets || lingersMs <= 0) return true;
    this.lingering ??= setTimeout(() => {
      this.lingering = undefined;
      this.work.open();
    }, lingersMs);
    return false;
  }

  /** The next batch. */
  private cut(): Batch {
    const { bytes, packets } = this.transport.limits;
    let size = 0;
    let count = 0;
    for (const { packet } of this.waiting) {
      // One that is larger than a batch goes alone.
      if (count === packets || (count > 0 && size + packet.byteLength > bytes)) break;
      size += packet.byteLength;
      count += 1;
    }
    this.waitingBytes -= size;
    this.waitingSinceMs = performance.now();
    this.observer.drained();
    return new Batch(this.waiting.splice(0, count), size);
  }
}

function deliveryError(error: unknown): DeliveryError {
  return error instanceof DeliveryError ? error : new DeliveryError('The delivery failed.', { cause: error });
}
