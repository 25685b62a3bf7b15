import type { Slots } from '@logs-collector/runtime/slots';
import type { AppendTarget } from '../append-run.js';
import type { AppendInterruption } from '../blob-store.js';
import { MAX_PARTS } from './part-size.js';
import type { PartialState } from './partial-state.js';
import type { S3Bucket } from './s3-bucket.js';
import { toBlobStoreError } from './s3-errors.js';
import { segmentName, wholeName } from './s3-layout.js';

export interface PartWriterOptions {
  readonly bucket: S3Bucket;
  readonly state: PartialState;
  readonly partBytes: number;
  /** For parts that are put together from segments: each is held in memory beside the slabs. */
  readonly assemblies: Slots;
  /** Where writing begins; everything below is durable already. */
  readonly offset: number;
  readonly onDurable?: (offset: number) => void;
  /** Called once when nothing more can be written. */
  readonly onFailure: () => void;
}

interface Piece {
  readonly end: number;
  isDurable: boolean;
}

/**
 * Writes a partial from front to back. A piece that fills a part goes up as that part; a smaller one becomes a segment,
 * and the last piece of a part goes up together with the segments before it. Several are on their way at a time;
 * durable is what has no gap below it.
 */
export class PartWriter implements AppendTarget {
  readonly #options: PartWriterOptions;
  readonly #pieces: Piece[] = [];
  /** Segments of the part that is being filled which this writer has sent. */
  #tail: Promise<unknown>[] = [];
  #uploadId: Promise<string> | undefined;
  #place: number;
  #durable: number;
  readonly #underWay = new Set<Promise<void>>();
  #failure: AppendInterruption | undefined;

  constructor(options: PartWriterOptions) {
    this.#options = options;
    this.#place = options.offset;
    this.#durable = options.offset;
  }

  get failure(): AppendInterruption | undefined {
    return this.#failure;
  }

  room(): number {
    return this.#options.partBytes - (this.#place % this.#options.partBytes);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.resolve();
    const start = this.#place;
    const piece = { end: start + bytes.byteLength, isDurable: false };
    this.#place = piece.end;
    this.#pieces.push(piece);
    const work = this.#store(start, piece.end, bytes)
      .then(
        () => {
          piece.isDurable = true;
          this.#advance();
        },
        (error: unknown) => this.#failWith(error),
      )
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
    return work;
  }

  async settle(): Promise<number> {
    await Promise.all(this.#underWay);
    return this.#durable;
  }

  /** Runs to its first `await` at once, so that pieces find the segments of their part in order. */
  async #store(start: number, end: number, bytes: Uint8Array): Promise<void> {
    const { partBytes, bucket, state } = this.#options;
    if (end % partBytes !== 0) {
      const segment = { start, end, epoch: state.epoch };
      const stored = bucket.put(segmentName(state.home, segment), bytes).then(() => state.addSegment(segment));
      this.#tail.push(stored);
      await stored;
      return;
    }
    const tail = this.#tail;
    this.#tail = [];
    const partStart = end - partBytes;
    if (start === partStart) return this.#sendPart(end, bytes);
    await Promise.all(tail);
    await this.#options.assemblies.use(async () =>
      this.#sendPart(end, Buffer.concat([await state.readSegments(partStart, start), bytes])),
    );
  }

  async #sendPart(end: number, bytes: Uint8Array): Promise<void> {
    const { partBytes, bucket, state } = this.#options;
    const number = end / partBytes;
    if (number > MAX_PARTS) throw new Error('the partial has grown beyond the size that it was begun for');
    this.#uploadId ??= this.#multipart();
    const etag = await bucket.uploadPart(wholeName(state.home), await this.#uploadId, number, bytes);
    state.addPart({ number, sizeBytes: bytes.byteLength, etag });
  }

  async #multipart(): Promise<string> {
    const { bucket, state, partBytes } = this.#options;
    const known = state.record.value.multipart;
    if (known !== undefined && !state.isMultipartGone) return known.uploadId;
    const uploadId = await bucket.createMultipart(wholeName(state.home));
    await state.record.change({ multipart: { uploadId, partBytes } });
    return uploadId;
  }

  #advance(): void {
    const before = this.#durable;
    while (this.#pieces[0]?.isDurable) this.#durable = this.#pieces.shift()?.end ?? this.#durable;
    if (this.#durable === before) return;
    try {
      this.#options.onDurable?.(this.#durable);
    } catch (cause) {
      this.#fail({ reason: 'io_failed', cause });
    }
  }

  #failWith(error: unknown): void {
    const cause = toBlobStoreError(error, 'store bytes of a partial');
    const { code } = cause;
    this.#fail({ reason: code === 'no_space' || code === 'superseded' ? code : 'io_failed', cause });
  }

  #fail(failure: AppendInterruption): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#options.onFailure();
  }
}
