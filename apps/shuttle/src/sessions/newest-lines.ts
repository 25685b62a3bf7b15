export interface NewestLinesLimits {
  readonly lines: number;
  readonly bytes: number;
}

/** Where a line stands in time; one that has the same time as others stands where Kafka has it. */
export interface LinePlace {
  readonly atMs: number;
  readonly arrivedAtMs: number;
  readonly offset: number;
}

interface PlacedLine extends LinePlace {
  readonly text: string;
}

/** Of all lines that are added, in any order, the newest within a number and a size. */
export class NewestLines {
  private kept: PlacedLine[] = [];
  private bytes = 0;

  constructor(private readonly limits: NewestLinesLimits) {}

  /** Whether there are as many as were asked for, or as may be kept. */
  get isFull(): boolean {
    return this.kept.length >= this.limits.lines || this.bytes >= this.limits.bytes;
  }

  add(place: LinePlace, text: string): void {
    this.kept.push({ ...place, text });
    this.bytes += text.length;
    // Not each time, as it sorts.
    if (this.kept.length > 2 * this.limits.lines || this.bytes > 2 * this.limits.bytes) this.cut();
  }

  /** Oldest first. */
  take(): string[] {
    this.cut();
    return this.kept.map(({ text }) => text);
  }

  private cut(): void {
    this.kept.sort(
      (one, other) => one.atMs - other.atMs || one.arrivedAtMs - other.arrivedAtMs || one.offset - other.offset,
    );
    let first = this.kept.length;
    this.bytes = 0;
    for (const { text } of this.kept.toReversed()) {
      const isOver = this.kept.length - first >= this.limits.lines || this.bytes + text.length > this.limits.bytes;
      if (isOver) break;
      this.bytes += text.length;
      first -= 1;
    }
    this.kept = this.kept.slice(first);
  }
}
