import type { Slots } from '@logs-collector/runtime/slots';
import type { AppendInterruption } from '../blob-store.js';
import { sideBySide } from './durable-files.js';
import type { FileOperations } from './file-operations.js';
import { isNoSpace } from './fs-errors.js';

/**
 * So many bytes are flushed to the device at a time. Larger steps make the flush of one upload a pause for everybody
 * else on the disk; smaller ones cost throughput.
 */
export const DURABLE_STEP_BYTES = 16 * 1024 * 1024;

/** Writing waits for the flush from here on: a device slower than the network must not pile up dirty pages. */
const MAX_UNDURABLE_BYTES = 4 * DURABLE_STEP_BYTES;

export interface PartialWriterOptions {
  operations: FileOperations;
  flushes: Slots;
  fd: number;
  /** Where writing begins; everything below is durable already. */
  offset: number;
  /** What has to have succeeded before any byte is durable, beside the flush of the bytes. */
  named?: Promise<void>;
  onDurable?: (offset: number) => void;
  /** Called once when nothing more can be written. */
  onFailure: () => void;
}

/**
 * Writes a partial from front to back and makes it durable step by step while writing goes on.
 *
 * There is one write at a time: the kernel lets no two writers into one file anyway, and so a failure leaves no holes
 * below `#written`. There is one flush at a time beside it, which covers what was written when it began.
 */
export class PartialWriter {
  readonly #operations: FileOperations;
  readonly #flushes: Slots;
  readonly #fd: number;
  readonly #named: Promise<void> | undefined;
  readonly #onDurable: ((offset: number) => void) | undefined;
  readonly #onFailure: () => void;
  #written: number;
  #durable: number;
  #writes: Promise<void> = Promise.resolve();
  #flush: Promise<void> | undefined;
  #flushFailed = false;
  #failure: AppendInterruption | undefined;

  constructor(options: PartialWriterOptions) {
    this.#operations = options.operations;
    this.#flushes = options.flushes;
    this.#fd = options.fd;
    this.#written = options.offset;
    this.#durable = options.offset;
    this.#named = options.named;
    // Told where bytes wait for it; where none came, nothing was promised.
    this.#named?.catch(() => {});
    this.#onDurable = options.onDurable;
    this.#onFailure = options.onFailure;
  }

  get failure(): AppendInterruption | undefined {
    return this.#failure;
  }

  /** Resolves, never rejects, once the bytes are no longer needed: written, or given up because of a failure. */
  write(bytes: Uint8Array): Promise<void> {
    this.#writes = this.#writes.then(() => this.#write(bytes));
    return this.#writes;
  }

  /** Starts a flush of what was handed to `write` so far, however little that is. */
  flushSoon(): void {
    this.#writes = this.#writes.then(() => this.#startFlush());
  }

  /** Waits for everything and flushes the rest; resolves to the offset below which every byte is durable. */
  async settle(): Promise<number> {
    await this.#writes;
    await this.#flush;
    this.#startFlush();
    await this.#flush;
    await this.#named?.catch(() => {});
    return this.#durable;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    while (this.#written - this.#durable >= MAX_UNDURABLE_BYTES && this.#flush !== undefined) {
      await this.#flush;
    }
    if (this.#failure !== undefined) {
      return;
    }
    try {
      for (let done = 0; done < bytes.byteLength; ) {
        const rest = bytes.byteLength - done;
        const count = await this.#operations.write(this.#fd, bytes, done, rest, this.#written);
        // Counted one by one: what a filling disk still took is kept.
        this.#written += count;
        done += count;
      }
    } catch (cause) {
      this.#fail(cause);
    }
    this.#flushStep();
  }

  #flushStep(): void {
    if (this.#written - this.#durable >= DURABLE_STEP_BYTES) {
      this.#startFlush();
    }
  }

  #startFlush(): void {
    // A flush that failed is never repeated: the kernel has dropped the error together with the dirty marks of the
    // pages it could not write, so a second one would succeed without anything having reached the device.
    if (this.#flush !== undefined || this.#flushFailed || this.#durable === this.#written) {
      return;
    }
    this.#flush = this.#flushWritten().finally(() => {
      this.#flush = undefined;
      this.#flushStep();
    });
  }

  async #flushWritten(): Promise<void> {
    try {
      const offset = await this.#flushes.use(async () => {
        // Taken when the flush begins: what is written while it runs it may or may not cover.
        const written = this.#written;
        await sideBySide([this.#operations.fdatasync(this.#fd), this.#named]);
        return written;
      });
      this.#durable = offset;
      this.#onDurable?.(offset);
    } catch (cause) {
      this.#flushFailed = true;
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    if (this.#failure === undefined) {
      this.#failure = { reason: isNoSpace(cause) ? 'no_space' : 'io_failed', cause };
      this.#onFailure();
    }
  }
}
