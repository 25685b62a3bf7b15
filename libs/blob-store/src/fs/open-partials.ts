import type { FileOperations } from './file-operations.js';

/** A client that sends one append after the other is back long before. */
const IDLE_MS = 1_000;
const MAX_KEPT = 64;

/** The open file of a partial. */
export interface OpenPartial {
  readonly fd: number;
  /** Of the writer that it was opened for. */
  readonly epoch: number;
}

interface Kept extends OpenPartial {
  readonly since: number;
}

/**
 * Keeps the files that writers of this process have given back open for a moment, for whoever goes on. Where the name
 * that such a writer left is found, it is of the same file: no other writer ever gives that name to one.
 */
export class OpenPartials {
  readonly #operations: Pick<FileOperations, 'close'>;
  readonly #kept = new Map<string, Kept>();
  #timer: NodeJS.Timeout | undefined;

  constructor(operations: Pick<FileOperations, 'close'>) {
    this.#operations = operations;
  }

  async keep(partial: string, { fd, epoch }: OpenPartial): Promise<void> {
    await this.forget(partial);
    this.#kept.set(partial, { fd, epoch, since: performance.now() });
    this.#timer ??= setTimeout(() => this.#closeIdle(), IDLE_MS).unref();
    const oldest = this.#kept.size > MAX_KEPT ? this.#kept.keys().next().value : undefined;
    if (oldest !== undefined) {
      await this.forget(oldest);
    }
  }

  /** What the writer of `epoch` has left, from now on the caller's to close. */
  async take(partial: string, epoch: number): Promise<OpenPartial | undefined> {
    const kept = this.#kept.get(partial);
    if (kept?.epoch === epoch) {
      this.#kept.delete(partial);
      return kept;
    }
    await this.forget(partial);
    return undefined;
  }

  async forget(partial: string): Promise<void> {
    const kept = this.#kept.get(partial);
    this.#kept.delete(partial);
    await this.close(kept);
  }

  /** What was promised is on the device already: closing can neither add to it nor take from it. */
  async close(file: OpenPartial | undefined): Promise<void> {
    if (file !== undefined) {
      await this.#operations.close(file.fd).catch(() => {});
    }
  }

  #closeIdle(): void {
    const before = performance.now() - IDLE_MS;
    for (const [partial, { since }] of this.#kept) {
      if (since <= before) {
        void this.forget(partial);
      }
    }
    this.#timer = this.#kept.size > 0 ? setTimeout(() => this.#closeIdle(), IDLE_MS).unref() : undefined;
  }
}
