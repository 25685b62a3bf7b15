const LINE_FEED = 0x0a;

export interface SplitLine {
  /** With its line feed, if it has one. Of a line that is too long, the beginning. */
  readonly bytes: Uint8Array;
  /** How many bytes it took of the text, with its line feed and with what was cut off. */
  readonly length: number;
  readonly isCut: boolean;
}

const NOTHING = Buffer.alloc(0);

/**
 * Divides chunks of bytes into lines. It never keeps more than `maxBytes` of a line that has not ended, and keeps a copy:
 * the smallest piece of a chunk would hold the memory of all of it.
 */
export class LineSplitter {
  private rest = NOTHING;
  private kept = 0;
  private cut = 0;

  constructor(private readonly maxBytes: number) {}

  /** The lines that end in the chunk. They may share its memory. */
  push(chunk: Uint8Array): SplitLine[] {
    const lines: SplitLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      lines.push(this.endingWith(chunk.subarray(from, end + 1)));
      from = end + 1;
    }
    this.keep(chunk.subarray(from));
    return lines;
  }

  /** What stands after the last line feed; undefined where there is nothing. */
  end(): SplitLine | undefined {
    return this.kept === 0 ? undefined : this.take();
  }

  private endingWith(part: Uint8Array): SplitLine {
    if (this.kept === 0 && part.length <= this.maxBytes) return { bytes: part, length: part.length, isCut: false };
    this.keep(part);
    return this.take();
  }

  private keep(part: Uint8Array): void {
    const fitting = part.subarray(0, this.maxBytes - this.kept);
    this.requireRoom(this.kept + fitting.length);
    this.rest.set(fitting, this.kept);
    this.kept += fitting.length;
    this.cut += part.length - fitting.length;
  }

  private requireRoom(bytes: number): void {
    if (bytes <= this.rest.length) return;
    const grown = Buffer.alloc(Math.min(this.maxBytes, Math.max(bytes, 2 * this.rest.length)));
    grown.set(this.rest.subarray(0, this.kept));
    this.rest = grown;
  }

  private take(): SplitLine {
    const line = { bytes: this.rest.subarray(0, this.kept), length: this.kept + this.cut, isCut: this.cut > 0 };
    this.rest = NOTHING;
    this.kept = 0;
    this.cut = 0;
    return line;
  }
}
