import { Readable } from 'node:stream';
import type { ByteRange } from '../blob-store.js';
import { requireBytes, resolveRange } from '../byte-range.js';
import type { FileOperations } from './file-operations.js';
import { toBlobStoreError } from './fs-errors.js';

const READ_BYTES = 256 * 1024;

/** Part of a file as a stream; differs from `fs.createReadStream` in the errors it gives and the links it refuses. */
export class FileReadStream extends Readable {
  #fd: number | undefined;
  #position = 0;
  #end = 0;
  #reading: Promise<void> | undefined;

  /**
   * @param open opens the file; the stream closes it.
   * @param isWholeRange the range has to be there to its end; else it is cut where the file ends.
   */
  constructor(
    private readonly operations: FileOperations,
    private readonly open: () => Promise<number>,
    private readonly range: ByteRange | undefined,
    private readonly action: string,
    private readonly options: { readonly isWholeRange?: boolean } = {},
  ) {
    super({ highWaterMark: READ_BYTES });
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#open().then(
      () => callback(),
      (error: unknown) => callback(toBlobStoreError(error, this.action)),
    );
  }

  override _read(): void {
    this.#reading = this.#readNext().then(
      (bytes) => {
        this.#reading = undefined;
        this.push(bytes);
      },
      (error: unknown) => {
        this.#reading = undefined;
        this.destroy(toBlobStoreError(error, this.action));
      },
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // A read may still be under way. Closing beneath it would free the descriptor's number for the next file that is
    // opened, and the read would answer with that file's bytes.
    Promise.resolve(this.#reading)
      .then(() => this.#close())
      .then(
        () => callback(error),
        (closing: unknown) => callback(error ?? toBlobStoreError(closing, this.action)),
      );
  }

  async #open(): Promise<void> {
    this.#fd = await this.open();
    const size = Number((await this.operations.fstat(this.#fd)).size);
    if (this.options.isWholeRange) {
      requireBytes(this.range?.end, size);
    }
    const { start, end } = resolveRange(this.range, size);
    this.#position = start;
    this.#end = end;
  }

  async #readNext(): Promise<Buffer | null> {
    const length = Math.min(READ_BYTES, this.#end - this.#position);
    if (length <= 0 || this.#fd === undefined) {
      return null;
    }
    const buffer = Buffer.allocUnsafeSlow(length);
    const count = await this.operations.read(this.#fd, buffer, this.#position);
    this.#position += count;
    if (count === 0 && this.options.isWholeRange) {
      requireBytes(this.#end, this.#position);
    }
    return count === 0 ? null : buffer.subarray(0, count);
  }

  async #close(): Promise<void> {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) {
      await this.operations.close(fd);
    }
  }
}
