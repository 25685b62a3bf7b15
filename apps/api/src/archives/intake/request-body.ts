import type { IncomingMessage } from 'node:http';
import { intakeErrors } from './intake.errors.js';
import { readingTurns } from './reading-turns.js';

/** Bytes that may wait here for the disk before the socket is told to stop. */
const HIGH_WATER_BYTES = 256 * 1024;
const LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;
/** Under this rate, on average over the idle time, a body counts as standing still. */
const MIN_BYTES_PER_SECOND = 1_024;
const CHECK_INTERVAL_MS = 1_000;

/**
 * Gives a chunk's memory back at once. Left to the collector, a gigabyte of chunks makes V8 mark its whole heap a dozen
 * times and more, which costs more processor time than hashing. Node makes each chunk of a body a buffer of its own; one
 * that shares its memory is left alone.
 */
function release(chunk: Buffer): void {
  const { buffer } = chunk;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === chunk.byteLength) buffer.transfer(0);
}

/**
 * A request's body as chunks with back-pressure. It fails with 408 when the body stands still, and with 400 when the
 * client goes away in the middle. Leaving the loop early leaves the connection alone, so that an answer can be sent.
 * A chunk is only valid until the next one is asked for.
 */
export class RequestBody implements AsyncIterable<Uint8Array> {
  private readonly queue: Buffer[] = [];
  private queuedBytes = 0;
  private isEnded = false;
  private failure: Error | undefined;
  private wake: (() => void) | undefined;
  private bytesInWindow = 0;
  private windowStartedAt = performance.now();
  private isWaiting = false;
  private isFull = false;
  private readonly onTurn = (): void => {
    if (!this.isFull) this.request.resume();
  };

  constructor(
    private readonly request: IncomingMessage,
    private readonly idleTimeoutMs: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { request } = this;
    const timer = setInterval(() => this.checkPace(), Math.min(CHECK_INTERVAL_MS, this.idleTimeoutMs));
    const onData = (chunk: Buffer): void => this.push(chunk);
    const onEnd = (): void => this.settle(undefined);
    const onClose = (): void => this.settle(request.complete ? undefined : intakeErrors.bodyCut());
    const onError = (cause: Error): void => this.settle(intakeErrors.bodyCut(cause));
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError);
    if (request.destroyed) onClose();
    try {
      for (;;) {
        const chunk = this.queue.shift();
        if (chunk) {
          this.queuedBytes -= chunk.length;
          if (this.isFull && this.queuedBytes < LOW_WATER_BYTES) {
            this.isFull = false;
            request.resume();
          }
          yield chunk;
          release(chunk);
        } else if (this.failure) {
          throw this.failure;
        } else if (this.isEnded) {
          return;
        } else {
          await this.more();
        }
      }
    } finally {
      clearInterval(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      // The error listener stays: a connection that breaks later must not end the process. The request is not paused
      // here: whoever left in the middle of waiting gets here late, when the rest is already being drained.
    }
  }

  private push(chunk: Buffer): void {
    this.bytesInWindow += chunk.length;
    this.queue.push(chunk);
    this.queuedBytes += chunk.length;
    if (this.queuedBytes >= HIGH_WATER_BYTES) {
      this.isFull = true;
      this.request.pause();
    } else if (!readingTurns.take(chunk.length)) {
      this.request.pause();
      readingTurns.wait(this.onTurn);
    }
    this.wake?.();
  }

  private settle(failure: Error | undefined): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.failure ??= failure;
    this.wake?.();
  }

  private async more(): Promise<void> {
    this.isWaiting = true;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = undefined;
    this.isWaiting = false;
  }

  /** Only the client's slowness counts: while we wait for the disk, the window starts anew. */
  private checkPace(): void {
    const now = performance.now();
    const ageMs = now - this.windowStartedAt;
    if (!this.isWaiting) {
      this.restartWindow(now);
      return;
    }
    if (ageMs < this.idleTimeoutMs) return;
    if (this.bytesInWindow < (MIN_BYTES_PER_SECOND * ageMs) / 1_000) this.settle(intakeErrors.bodyTimeout());
    this.restartWindow(now);
  }

  private restartWindow(now: number): void {
    this.windowStartedAt = now;
    this.bytesInWindow = 0;
  }
}
