import type { Socket } from 'node:net';
import type { Framing } from '../../packet/framing.js';
import type { Batch } from '../batch.js';
import { type Channel, type ChannelObserver, DeliveryError } from './channel.js';
import { failureText } from './failure-text.js';

export interface StreamChannelOptions {
  readonly framing: Framing;
  readonly confirmAfterMs?: number;
  readonly stallTimeoutMs?: number;
  /**
   * After so many bytes, or a second, the connection is closed, so that the receiver confirms by its own closing. Nothing else
   * confirms then: of a receiver that ends connections, having lived on for a while says too little.
   */
  readonly proofBytes?: number;
  /** Told at the end of one that has carried something, whether any of it was confirmed. */
  readonly onEnd?: (hasConfirmed: boolean) => void;
}

const DEFAULT_CONFIRM_AFTER_MS = 5_000;
const DEFAULT_STALL_TIMEOUT_MS = 60_000;
const PROOF_AFTER_MS = 1_000;
/** So long after our closing, a receiver that never answers one counts as having read everything that the kernel took. */
const PROOF_TIMEOUT_MS = 30_000;
/** How often, until it is confirmed, a connection is looked at. */
const REVIEWS = 4;
const SHORTEST_REVIEW_MS = 10;
/** Above this, bytes wait in the process instead of the kernel, which helps nobody. */
const WRITE_AHEAD_BYTES = 512 * 1024;
/**
 * Bytes that may be on their way unseen: what Linux lets a send buffer (tcp_wmem, 4 MiB) and a receive buffer (tcp_rmem,
 * 32 MiB as of Linux 6.18, once 6 MiB) grow to. What was sent before so many bytes that the kernel took must have been
 * read by the receiver.
 */
const WINDOW_BYTES = 36 * 1024 * 1024;

interface SentBatch {
  readonly batch: Batch;
  /** Of its first packets; others may have joined them. */
  readonly sentAtMs: number;
  /** How many bytes the connection had carried after it. */
  end: number;
}

/**
 * Syslog over a byte stream answers nothing, so "delivered" is an inference: the kernel took the bytes, nothing is stuck
 * behind them, and the connection has lived on for a while, or has carried more than all buffers on the way can hold.
 * Until then whoever sent a batch keeps it and sends it again on the next connection. Loss is possible only where a
 * receiver takes bytes, reads them for longer than that not at all, and then dies (Gerhards, "On the unreliability of
 * plain TCP syslog"). Closing asks for certainty: a receiver that has read everything answers our FIN with its own.
 */
export class StreamChannel implements Channel {
  readonly closed: Promise<DeliveryError>;
  private readonly sent: SentBatch[] = [];
  private written = 0;
  private taken = 0;
  private readonly reviewMs: number;
  /** What was `taken` at each review whose bytes are not confirmed, oldest first. */
  private readonly takenAtReviews: number[] = [];
  private progressAtMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private isClosing = false;
  private isOver = false;
  private hasConfirmed = false;
  private proving: NodeJS.Timeout | undefined;
  private cause: unknown;

  constructor(
    private readonly socket: Socket,
    private readonly observer: ChannelObserver,
    private readonly options: StreamChannelOptions,
  ) {
    const confirmAfterMs = options.confirmAfterMs ?? DEFAULT_CONFIRM_AFTER_MS;
    const soonestMs = options.proofBytes === undefined ? confirmAfterMs : Math.min(confirmAfterMs, PROOF_AFTER_MS);
    this.reviewMs = Math.max(SHORTEST_REVIEW_MS, soonestMs / REVIEWS);
    this.timer = setInterval(() => this.review(confirmAfterMs), this.reviewMs);
    const { promise, resolve } = Promise.withResolvers<DeliveryError>();
    this.closed = promise;
    socket.on('error', (error) => {
      this.cause ??= error;
    });
    socket.on('end', () => {
      if (!this.isClosing) this.fail(Object.assign(new Error('end'), { code: 'EPIPE' }));
    });
    socket.on('close', (hadError) => resolve(this.end(hadError)));
    // A receiver has nothing to say; what it says is thrown away.
    socket.resume();
  }

  get isReady(): boolean {
    return this.socket.writable && this.socket.writableLength < WRITE_AHEAD_BYTES;
  }

  /** Asks the receiver to confirm everything, by closing our half of the connection. */
  private prove(): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.socket.end();
    const late = () => {
      if (this.socket.writableLength === 0) this.confirm(this.taken);
      this.fail(Object.assign(new Error('no proof'), { code: 'ETIMEDOUT' }));
    };
    this.proving = setTimeout(late, PROOF_TIMEOUT_MS);
  }

  ready(): Promise<void> {
    return new Promise((resolve) => {
      if (this.isReady || this.isOver) {
        resolve();
        return;
      }
      const done = () => {
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.on('drain', done).on('close', done);
    });
  }

  send(batch: Batch, from: number): void {
    const bytes = batch.framed(this.options.framing, from);
    if (this.socket.writableLength === 0) this.progressAtMs = performance.now();
    this.written += bytes.byteLength;
    const end = this.written;
    const last = this.sent.at(-1);
    if (from > 0 && last) last.end = end;
    else this.sent.push({ batch, sentAtMs: Math.trunc(performance.now()), end });
    this.socket.write(bytes, (error) => {
      if (!error) this.took(end);
    });
    if (this.written >= (this.options.proofBytes ?? Number.POSITIVE_INFINITY)) this.prove();
  }

  async close(deadlineMs: number): Promise<void> {
    this.isClosing = true;
    this.socket.end();
    const timer = setTimeout(() => this.fail(Object.assign(new Error('deadline'), { code: 'ETIMEDOUT' })), deadlineMs);
    await this.closed;
    clearTimeout(timer);
  }

  destroy(): void {
    this.fail(new DeliveryError('The connection was ended.'));
  }

  private fail(cause: unknown): void {
    this.cause ??= cause;
    this.socket.destroy();
  }

  /** The kernel has the bytes up to there. */
  private took(end: number): void {
    this.progressAtMs = performance.now();
    this.taken = end;
    this.confirm(end - WINDOW_BYTES);
  }

  private review(confirmAfterMs: number): void {
    const isStuck = this.socket.writableLength > 0;
    const { stallTimeoutMs = DEFAULT_STALL_TIMEOUT_MS } = this.options;
    if (isStuck && performance.now() - this.progressAtMs > stallTimeoutMs) {
      this.fail(new DeliveryError('The receiver does not read what it is sent.'));
      return;
    }
    if (this.options.proofBytes !== undefined) {
      if (!isStuck && this.isProofDue) this.prove();
      return;
    }
    this.takenAtReviews.push(this.taken);
    if (isStuck) return;
    this.confirm(this.takenBefore(confirmAfterMs));
    this.takenAtReviews.splice(0, this.takenAtReviews.length - this.reviewsWithin(confirmAfterMs));
  }

  private get isProofDue(): boolean {
    const [oldest] = this.sent;
    return oldest !== undefined && performance.now() - oldest.sentAtMs >= PROOF_AFTER_MS;
  }

  /** Bytes that the kernel has had for so long. */
  private takenBefore(ms: number): number {
    return this.takenAtReviews[this.takenAtReviews.length - 1 - this.reviewsWithin(ms)] ?? 0;
  }

  private reviewsWithin(ms: number): number {
    return Math.ceil(ms / this.reviewMs);
  }

  /** Confirms the batches that lie within the first so many bytes; none that may be with another connection by now. */
  private confirm(bytes: number): void {
    if (this.socket.destroyed) return;
    let count = 0;
    for (const { end } of this.sent) {
      if (end > bytes) break;
      count += 1;
    }
    if (count === 0) return;
    this.hasConfirmed = true;
    this.observer.delivered(this.sent.splice(0, count).map(({ batch }) => batch));
  }

  /** The socket is gone. */
  private end(hadError: boolean): DeliveryError {
    clearInterval(this.timer);
    clearTimeout(this.proving);
    this.isOver = true;
    const hasReadAll = this.isClosing && !hadError && this.cause === undefined && this.socket.readableEnded;
    const error =
      this.cause instanceof DeliveryError
        ? this.cause
        : new DeliveryError(failureText(this.cause ?? { code: 'EPIPE' }), {
            cause: this.cause,
            isProof: hasReadAll && this.proving !== undefined,
          });
    if (this.taken > 0) this.options.onEnd?.(this.hasConfirmed || hasReadAll);
    const rest = this.sent.splice(0);
    if (hasReadAll) this.observer.delivered(rest.map(({ batch }) => batch));
    return error;
  }
}
