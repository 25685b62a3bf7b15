import { intakeErrors } from './intake.errors.js';

const HEADERS_END = Buffer.from('\r\n\r\n');
const CARRIAGE_RETURN = 0x0d;
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Splits a multipart body (RFC 2046 §5.1.1) into its parts, as a stream: nothing is kept but the bytes at the end of a
 * chunk that may begin a delimiter. What it yields is valid until the next is asked for.
 */
export class MultipartReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private readonly delimiter: Buffer;
  /** Bytes received and not yet looked at. The first delimiter counts as if a line end stood before it. */
  private pending: Buffer = Buffer.from('\r\n');
  /** True also in the preamble, which is skipped like a part that nobody wants. */
  private isInPart = true;

  constructor(body: AsyncIterable<Uint8Array>, boundary: string) {
    this.source = body[Symbol.asyncIterator]();
    this.delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** The header lines of the next part, or undefined after the last one. Skips what is left of the part before. */
  async nextPart(): Promise<string | undefined> {
    for await (const _ of this.content());
    while (this.pending.length < 2) await this.receive();
    if (this.pending.toString('latin1', 0, 2) === '--') return undefined;
    const headers = await this.headerBlock();
    this.isInPart = true;
    return headers;
  }

  /** The bytes of the present part. */
  async *content(): AsyncGenerator<Uint8Array> {
    while (this.isInPart) {
      const at = this.pending.indexOf(this.delimiter);
      const end = at >= 0 ? at : this.pending.length - this.heldBack();
      const found = this.pending.subarray(0, end);
      this.pending = this.pending.subarray(at >= 0 ? at + this.delimiter.length : end);
      this.isInPart = at < 0;
      if (found.length > 0) yield found;
      if (this.isInPart) await this.receive();
    }
  }

  private async headerBlock(): Promise<string> {
    for (;;) {
      const end = this.pending.subarray(0, MAX_HEADER_BYTES).indexOf(HEADERS_END);
      if (end >= 0) {
        const block = this.pending.toString('utf8', 0, end);
        this.pending = this.pending.subarray(end + HEADERS_END.length);
        return block;
      }
      if (this.pending.length >= MAX_HEADER_BYTES) throw intakeErrors.multipartBroken();
      await this.receive();
    }
  }

  /** How many bytes at the end of `pending` may begin a delimiter. */
  private heldBack(): number {
    const from = Math.max(0, this.pending.length - this.delimiter.length + 1);
    for (
      let at = this.pending.indexOf(CARRIAGE_RETURN, from);
      at >= 0;
      at = this.pending.indexOf(CARRIAGE_RETURN, at + 1)
    ) {
      const tail = this.pending.subarray(at);
      if (this.delimiter.subarray(0, tail.length).equals(tail)) return tail.length;
    }
    return 0;
  }

  /** A body that ends here ends too early: the closing delimiter has not come. */
  private async receive(): Promise<void> {
    // A copy, because the memory of the chunk before goes back when the next one is asked for.
    const kept = Buffer.from(this.pending);
    const next = await this.source.next();
    if (next.done) throw intakeErrors.multipartBroken();
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    this.pending = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
  }
}
