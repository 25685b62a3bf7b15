import type { CapturedLine } from './captured-lines.js';

/** Lines on their way into one member of the archive. */
export interface LineBatch {
  readonly parts: readonly Uint8Array[];
  readonly lines: number;
  /** Of the lines, without what marks gaps. */
  readonly bytes: number;
  readonly gaps: number;
}

/** As much as one member gets. */
const FULL_BYTES = 4 * 1_024 * 1_024;
/** With so much waiting, nothing more is taken. */
const MAX_BYTES = 2 * FULL_BYTES;

/** What was read and is not stored yet. */
export class PendingLines {
  private parts: Uint8Array[] = [];
  private lines = 0;
  private bytes = 0;
  private gaps = 0;
  private size = 0;
  private change = Promise.withResolvers<void>();

  /** Enough for a member. */
  get isFull(): boolean {
    return this.size >= FULL_BYTES;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Resolves when it becomes full, or is taken, or is woken. */
  get whenChanged(): Promise<void> {
    return this.change.promise;
  }

  add({ bytes, isGap }: CapturedLine): void {
    this.parts.push(bytes);
    this.size += bytes.length;
    if (isGap) this.gaps += 1;
    else {
      this.lines += 1;
      this.bytes += bytes.length;
    }
    if (this.isFull) this.wake();
  }

  /** Resolves when there is room for more. */
  async whenRoom(signal: AbortSignal): Promise<void> {
    while (this.size >= MAX_BYTES && !signal.aborted) await this.whenChanged;
  }

  take(): LineBatch {
    const { parts, lines, bytes, gaps } = this;
    this.parts = [];
    this.lines = 0;
    this.bytes = 0;
    this.gaps = 0;
    this.size = 0;
    this.wake();
    return { parts, lines, bytes, gaps };
  }

  wake(): void {
    this.change.resolve();
    this.change = Promise.withResolvers();
  }
}
