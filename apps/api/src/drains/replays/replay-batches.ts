import { LineSplitter, type SplitLine } from '@logs-collector/archive-reader/line-splitter';

/** What the shuttle takes in one request: lines as they are. */
export interface ReplayBatch {
  readonly body: Uint8Array;
  readonly lines: number;
  /** Where the text goes on after it: bytes, decompressed. */
  readonly endOffset: number;
}

/** The shuttle's limits. A batch is one flush of its disk buffer. */
export const MAX_LINES = 20_000;
export const MAX_BYTES = 4 * 1_024 * 1_024;
const MAX_LINE_BYTES = 1_024 * 1_024;
const LINE_FEED = 0x0a;
const LINE_END = Buffer.from('\n');
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const CUT_MARK = Buffer.from(' … (cut)\n');

/** Divides a text into requests, in its order. `from` is where it begins: bytes, decompressed. */
export async function* replayBatches(text: AsyncIterable<Uint8Array>, from = 0): AsyncGenerator<ReplayBatch> {
  const batcher = new LineBatcher(from);
  for await (const piece of text) yield* batcher.push(piece);
  yield* batcher.end();
}

/** Whole lines are taken in runs, as they lie in their piece of the text; what goes over its end is put together. */
class LineBatcher {
  private readonly splitter = new LineSplitter(MAX_LINE_BYTES);
  private parts: Uint8Array[] = [];
  private bytes = 0;
  private lines = 0;

  constructor(private endOffset: number) {}

  *push(piece: Uint8Array): Generator<ReplayBatch> {
    // Within a piece of this size no line is too long.
    for (let at = 0; at < piece.length; at += MAX_LINE_BYTES) yield* this.take(piece.subarray(at, at + MAX_LINE_BYTES));
  }

  *end(): Generator<ReplayBatch> {
    const last = this.splitter.end();
    if (last) yield* this.add(last);
    if (last && !last.isCut) this.keep(LINE_END, 0);
    if (this.lines > 0) yield this.cut();
  }

  private *take(piece: Uint8Array): Generator<ReplayBatch> {
    let from = piece.indexOf(LINE_FEED) + 1;
    for (const line of this.splitter.push(piece.subarray(0, from))) yield* this.add(line);
    let at = from;
    for (let next = piece.indexOf(LINE_FEED, at) + 1; next > 0; next = piece.indexOf(LINE_FEED, at) + 1) {
      if (!this.hasRoom(next - from)) {
        this.keep(piece.subarray(from, at), at - from);
        yield this.cut();
        from = at;
      }
      this.lines += 1;
      at = next;
    }
    this.keep(piece.subarray(from, at), at - from);
    this.splitter.push(piece.subarray(at));
  }

  private *add({ bytes, length, isCut }: SplitLine): Generator<ReplayBatch> {
    if (!this.hasRoom(bytes.length + CUT_MARK.length)) yield this.cut();
    this.keep(this.endOffset === 0 ? withoutMark(bytes) : bytes, length);
    if (isCut) this.keep(CUT_MARK, 0);
    this.lines += 1;
  }

  private hasRoom(bytes: number): boolean {
    return this.lines < MAX_LINES && this.bytes + bytes <= MAX_BYTES;
  }

  private keep(bytes: Uint8Array, length: number): void {
    this.parts.push(bytes);
    this.bytes += bytes.length;
    this.endOffset += length;
  }

  private cut(): ReplayBatch {
    const batch = { body: Buffer.concat(this.parts), lines: this.lines, endOffset: this.endOffset };
    this.parts = [];
    this.bytes = 0;
    this.lines = 0;
    return batch;
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  const { length } = BYTE_ORDER_MARK;
  return BYTE_ORDER_MARK.equals(bytes.subarray(0, length)) ? bytes.subarray(length) : bytes;
}
