import { types } from 'node:util';

export type Pulled =
  | { kind: 'chunk'; bytes: Uint8Array }
  | { kind: 'ended' }
  | { kind: 'failed'; cause: unknown }
  | { kind: 'stopped' };

/** Reads a source chunk by chunk, and can stop in the middle of waiting for a chunk that may never come. */
export class SourceReader {
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #exhausted = false;
  #stopped = false;
  #wake: (() => void) | undefined;
  readonly #onAbort = () => this.stop();

  constructor(
    private readonly source: AsyncIterable<Uint8Array>,
    private readonly signal: AbortSignal,
  ) {
    this.#stopped = signal.aborted;
    signal.addEventListener('abort', this.#onAbort);
  }

  next(): Promise<Pulled> {
    if (this.#stopped) {
      return Promise.resolve({ kind: 'stopped' });
    }
    // Not Promise.race against one long-lived promise: that would gather a reaction per chunk for the whole upload.
    return new Promise((resolve) => {
      this.#wake = () => resolve({ kind: 'stopped' });
      void this.#pull().then(resolve);
    });
  }

  /** Makes this and every further `next` answer `stopped`. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Lets go of the source. */
  close(): void {
    this.signal.removeEventListener('abort', this.#onAbort);
    if (this.#exhausted || this.#iterator === undefined) {
      return;
    }
    // Not awaited: a generator that waits inside `next` queues `return` behind it, possibly for ever. What it throws
    // on its way out concerns nobody any more.
    try {
      this.#iterator.return?.().catch(() => {});
    } catch {
      // An iterator written by hand may throw instead of rejecting.
    }
  }

  async #pull(): Promise<Pulled> {
    try {
      this.#iterator ??= this.source[Symbol.asyncIterator]();
      const { done, value } = await this.#iterator.next();
      if (done) {
        this.#exhausted = true;
        return { kind: 'ended' };
      }
      if (!types.isUint8Array(value)) {
        throw new TypeError('the source gave something else than bytes');
      }
      return { kind: 'chunk', bytes: value };
    } catch (cause) {
      return { kind: 'failed', cause };
    }
  }
}
