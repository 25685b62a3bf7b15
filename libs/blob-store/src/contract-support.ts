import { createCipheriv, createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { AppendOptions } from './blob-store.js';
import type { DigestAlgorithm } from './digest.js';

/** What the suites of this library share; for tests only. */

export function hexOf(algorithm: DigestAlgorithm, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}

/** Bytes in which every place can be told from its neighbours. `seed` is below 256. */
export function patterned(length: number, seed = 1): Buffer {
  // Not made one by one: inside Jest's sandbox that takes a second for each megabyte.
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(length));
}

export async function* chunksOf(bytes: Uint8Array, sizes: readonly number[] = [64 * 1024]): AsyncGenerator<Uint8Array> {
  for (let from = 0, i = 0; from < bytes.byteLength; i += 1) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    yield bytes.subarray(from, from + size);
    from += size;
  }
}

export async function* failingAfter(bytes: Uint8Array, error: Error): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw error;
}

/** A source whose chunks are handed in one by one, like a socket's. */
export class ManualSource implements AsyncIterable<Uint8Array> {
  readonly #queue: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  pulls = 0;
  returned = 0;

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: async () => {
        this.pulls += 1;
        for (;;) {
          const value = this.#queue.shift();
          if (value !== undefined) {
            return { done: false, value };
          }
          if (this.#ended) {
            return { done: true, value: undefined };
          }
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      },
      return: async () => {
        this.returned += 1;
        return { done: true, value: undefined };
      },
    };
  }
}

export function appendOptions(options: Partial<AppendOptions> = {}): AppendOptions {
  return { signal: new AbortController().signal, epoch: 1, maxBytes: Number.MAX_SAFE_INTEGER, ...options };
}

export async function bytesOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) {
    all.push(item);
  }
  return all;
}

export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  for (const start = Date.now(); !(await condition()); ) {
    if (Date.now() - start > timeoutMs) {
      throw new Error('waited in vain');
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
