import type { LogSource } from '../../components/streams/log-source.js';
import { openTail } from './api/open-tail.js';
import { LineWindow, type LogLine } from './line-window.js';

export type TailPhase = 'opening' | 'running' | 'ended' | 'failed';

/** What is shown of a live log at one moment. */
export interface TailView {
  readonly phase: TailPhase;
  readonly lines: readonly LogLine[];
  /** Lines that have come in all. */
  readonly received: number;
  /** Lines that made room for newer ones. */
  readonly dropped: number;
  /** Why it failed. */
  readonly error: unknown;
}

/** Before anything has come. */
export const NOTHING: TailView = { phase: 'opening', lines: [], received: 0, dropped: 0, error: undefined };

/** One live log from its opening to its end, told to the page at most once a frame, however fast it comes. */
export class TailSession {
  private readonly window = new LineWindow();
  private readonly leaving = new AbortController();
  private readonly listeners = new Set<() => void>();
  private shown = NOTHING;
  private phase: TailPhase = 'opening';
  private error: unknown;
  private frame: number | undefined;

  constructor(
    source: LogSource,
    lines: number,
    run: (open: () => Promise<ReadableStream<string>>) => Promise<ReadableStream<string>>,
  ) {
    void this.read(() => run(() => openTail(source, lines, this.leaving.signal)));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly view = (): TailView => this.shown;

  /** Leaves; nothing is told any more. */
  close(): void {
    this.listeners.clear();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.leaving.abort();
  }

  private async read(open: () => Promise<ReadableStream<string>>): Promise<void> {
    try {
      const text = await open();
      this.enter('running');
      for await (const piece of text) {
        this.window.add(piece);
        this.tell();
      }
      this.window.end();
      this.enter('ended');
    } catch (error) {
      this.window.end();
      this.error = error;
      this.enter('failed');
    }
  }

  private enter(phase: TailPhase): void {
    this.phase = phase;
    this.tell();
  }

  private tell(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.shown = {
        phase: this.phase,
        lines: this.window.snapshot(),
        received: this.window.received,
        dropped: this.window.dropped,
        error: this.error,
      };
      for (const listener of this.listeners) listener();
    });
  }
}
