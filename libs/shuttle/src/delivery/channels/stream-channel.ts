import type { Socket } from 'node:net';
import type { Framing } from '../../packet/framing.js';
import type { Batch } from '../batch.js';
import { type Channel, DeliveryError } from './channel.js';
import { failureText } from './failure-text.js';

export interface StreamChannelOptions {
  readonly framing: Framing;
  readonly confirmAfterMs?: number;
  readonly stallTimeoutMs?: number;
  /** After so many bytes, or a second, the connection is closed, so that the receiver confirms by its own closing. */
  readonly proofBytes?: number;
  /** Told at the end of one that has carried something, whether any of it was confirmed. */
  readonly onEnd?: (hasConfirmed: boolean) => void;
}

const DEFAULT_CONFIRM_AFTER_MS = 5_000;
const DEFAULT_STALL_TIMEOUT_MS = 60_000;
const PROOF_AFTER_MS = 1_000;
const PROOF_TIMEOUT_MS = 10_000;
/** Above this, bytes wait in the process instead of the kernel, which helps nobody. */
const WRITE_AHEAD_BYTES = 512 * 1024;
/**
 * Bytes that may be on their way unseen: what Linux lets a send buffer (tcp_wmem, 4 MiB) and a receive buffer (tcp_rmem,
 * 32 MiB as of Linux 6.18, once 6 MiB) grow to. What was sent before so many bytes that the kernel took must have been
 * read by the receiver.
 */
const WINDOW_BYTES = 36 * 1024 * 1024;

interface SentBatch {
  /** How many bytes the connection had carried after it. */
  readonly end: number;
  takenAtMs: number | undefined;
  readonly resolve: () => void;
  readonly reject: (error: DeliveryError) => void;
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
  private progressAtMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private isClosing = false;
  private isOver = false;
  private hasConfirmed = false;
  private proving: NodeJS.Timeout | undefined;
  private cause: unknown;

  constructor(
    private readonly socket: Socket,
    private readonly options: StreamChannelOptions,
  ) {
    const confirmAfterMs = options.confirmAfterMs ?? DEFAULT_CONFIRM_AFTER_MS;
    const reviewMs = options.proofBytes === undefined ? confirmAfterMs : Math.min(confirmAfterMs, PROOF_AFTER_MS);
    this.timer = setInterval(() => this.review(confirmAfterMs), Math.max(10, reviewMs / 4));
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
    const late = () => this.fail(Object.assign(new Error('no proof'), { code: 'ETIMEDOUT' }));
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

  send(batch: Batch): Promise<void> {
    return new Promise((resolve, reject) => {
      const bytes = batch.framed(this.options.framing);
      if (this.socket.writableLength === 0) this.progressAtMs = performance.now();
      this.written += bytes.byteLength;
      const sent: SentBatch = { end: this.written, takenAtMs: undefined, resolve, reject };
      this.sent.push(sent);
      this.socket.write(bytes, (error) => {
        if (error) return;
        this.progressAtMs = performance.now();
        sent.takenAtMs = this.progressAtMs;
        this.taken = sent.end;
        this.confirmWhile(({ end }) => this.taken - end >= WINDOW_BYTES);
      });
      if (this.written >= (this.options.proofBytes ?? Number.POSITIVE_INFINITY)) this.prove();
    });
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

  private review(confirmAfterMs: number): void {
    const now = performance.now();
    const isStuck = this.socket.writableLength > 0;
    if (isStuck && now - this.progressAtMs > (this.options.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS)) {
      this.fail(new DeliveryError('The receiver does not read what it is sent.'));
      return;
    }
    if (isStuck) return;
    const [oldest] = this.sent;
    if (this.options.proofBytes !== undefined && now - (oldest?.takenAtMs ?? now) >= PROOF_AFTER_MS) this.prove();
    this.confirmWhile(({ takenAtMs }) => takenAtMs !== undefined && now - takenAtMs >= confirmAfterMs);
  }

  /** Confirms the oldest, as long as what is asked of them holds. */
  private confirmWhile(isReceived: (batch: SentBatch) => boolean): void {
    let count = 0;
    for (const batch of this.sent) {
      if (!isReceived(batch)) break;
      count += 1;
    }
    if (count === 0) return;
    this.hasConfirmed = true;
    for (const { resolve } of this.sent.splice(0, count)) resolve();
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
    for (const { resolve, reject } of this.sent.splice(0)) {
      if (hasReadAll) resolve();
      else reject(error);
    }
    return error;
  }
}
