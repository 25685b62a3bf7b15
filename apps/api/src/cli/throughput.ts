const MEGABYTE = 1_000_000;

/** How many bytes went by, and how fast. */
export class Throughput {
  private readonly startedAt = performance.now();
  private bytes = 0;

  add(bytes: number): void {
    this.bytes += bytes;
  }

  /** For example `12.3 MB in 0.4 s, 30.8 MB/s`. */
  toString(): string {
    const seconds = (performance.now() - this.startedAt) / 1_000;
    const megabytes = this.bytes / MEGABYTE;
    return `${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s, ${(megabytes / seconds).toFixed(1)} MB/s`;
  }
}
