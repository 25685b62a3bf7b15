const LINE_FEED = 0x0a;

export interface SplitLine {
  /** With its line feed, if it has one. Of a line that is too long, the beginning. */
  readonly bytes: Uint8Array;
  /** How many bytes it took of the text, with its line feed and with what was cut off. */
  readonly length: number;
  readonly isCut: boolean;
}

/** Divides chunks of bytes into lines. It never keeps more than `maxBytes` of a line that has not ended. */
export class LineSplitter {
  private rest: Uint8Array[] = [];
  private kept = 0;
  private cut = 0;

  constructor(private readonly maxBytes: number) {}

  /** The lines that end in the chunk. They share its memory. */
  push(chunk: Uint8Array): SplitLine[] {
    const lines: SplitLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.keep(chunk.subarray(from, end + 1));
      lines.push(this.take());
      from = end + 1;
    }
    this.keep(chunk.subarray(from));
    return lines;
  }

  /** What stands after the last line feed; undefined where there is nothing. */
  end(): SplitLine | undefined {
    return this.kept === 0 ? undefined : this.take();
  }

  private keep(part: Uint8Array): void {
    const fitting = part.subarray(0, this.maxBytes - this.kept);
    if (fitting.length > 0) this.rest.push(fitting);
    this.kept += fitting.length;
    this.cut += part.length - fitting.length;
  }

  private take(): SplitLine {
    const [first = new Uint8Array()] = this.rest;
    const bytes = this.rest.length > 1 ? Buffer.concat(this.rest) : first;
    const line = { bytes, length: this.kept + this.cut, isCut: this.cut > 0 };
    this.rest = [];
    this.kept = 0;
    this.cut = 0;
    return line;
  }
}
