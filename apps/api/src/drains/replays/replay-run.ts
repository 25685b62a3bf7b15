import { addAbortSignal } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ReadError } from '@logs-collector/archive-reader/read-error';
import { inspectText, readText } from '@logs-collector/archive-reader/text-source';
import type { ReadableArchive } from '../../archives/archive-bytes.js';
import { CodedError } from '../../common/errors/coded-error.js';
import { readAhead } from './read-ahead.js';
import type { Replay } from './replay.entity.js';
import { type ReplayBatch, replayBatches } from './replay-batches.js';

/** What the shuttle did with a batch. */
export interface BatchOutcome {
  /** Lines that the drain has given up. */
  readonly dropped: number;
}

export type ReplayProgress = Pick<Replay, 'bytesRead' | 'textOffset' | 'linesSent' | 'linesDropped' | 'error'>;

/** How it ended; undefined where it did not: it goes on elsewhere, or is not wanted any more. */
export type ReplayEnding = { readonly state: 'done' | 'failed'; readonly error: string | null } | undefined;

/** What a run asks of its surroundings. */
export interface ReplaySurroundings {
  send(body: Uint8Array, signal: AbortSignal): Promise<BatchOutcome>;
  /** Writes down how far it is; answers whether it is still wanted. */
  report(progress: ReplayProgress): Promise<boolean>;
  /** Whether it is, also while a batch takes its time: somebody may have cancelled it at another process. */
  isWanted(): Promise<boolean>;
}

/** Waiting for a shuttle that is away or a drain that is paused, in all, without a line getting through. */
const PATIENCE_MS = 60 * 60_000;
const RETRY_MS = 1_000;
const LOOK_MS = 500;
const MAX_RETRY_MS = 15_000;
const UNREADABLE = 'The archive cannot be read at the moment; the log of the server says why. It is tried again.';
/** What passes by itself, or by somebody's hand. */
const WAITED_FOR = ['drain_paused', 'shuttle_unreachable', 'shuttle_key_refused', 'unavailable'];

/**
 * One replay in this process. A batch is sent until the shuttle has acknowledged it, and then the row says so; after a kill
 * the batch under way is sent again.
 */
export class ReplayRun {
  private readonly leaving = new AbortController();
  /** Not even what is under way is wanted. */
  private readonly stopping = new AbortController();
  private progress: ReplayProgress;
  private bytesRead = 0;

  constructor(
    replay: Replay,
    private readonly around: ReplaySurroundings,
  ) {
    const { bytesRead, textOffset, linesSent, linesDropped } = replay;
    this.progress = { bytesRead, textOffset, linesSent, linesDropped, error: null };
  }

  /** Sends no further batch. */
  leave(): void {
    this.leaving.abort();
  }

  /** Sends nothing more, and does not wait for what becomes of the batch under way. */
  stop(): void {
    this.leave();
    this.stopping.abort();
  }

  async run(archive: ReadableArchive): Promise<ReplayEnding> {
    const { signal } = this.leaving;
    // Whoever leaves need not wait for a line that has no end, or for what a compressed text has before its place.
    const open = (start: number) => addAbortSignal(signal, archive.read(start));
    try {
      const compression = await inspectText(open);
      const onRead = (bytes: number): void => {
        this.bytesRead = bytes;
      };
      const { textOffset: from } = this.progress;
      for await (const batch of readAhead(replayBatches(readText(open, compression, { from, onRead }), from))) {
        if (!(await this.deliver(batch))) return undefined;
      }
      return { state: 'done', error: null };
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof ReadError) return { state: 'failed', error: error.message };
      if (error instanceof CodedError) return { state: 'failed', error: error.detail };
      await this.report({ ...this.progress, error: UNREADABLE }).catch(() => undefined);
      throw error;
    }
  }

  /** Answers whether it was acknowledged and there shall be more. */
  private async deliver(batch: ReplayBatch): Promise<boolean> {
    const { signal } = this.leaving;
    let waitMs = RETRY_MS;
    for (const until = performance.now() + PATIENCE_MS; !signal.aborted; ) {
      try {
        return await this.note(batch, await this.send(batch));
      } catch (error) {
        if (this.stopping.signal.aborted) return false;
        const isWaitedFor = error instanceof CodedError && WAITED_FOR.includes(error.kind.code);
        if (!isWaitedFor || performance.now() > until) throw error;
        if (!(await this.report({ ...this.progress, error: error.detail }))) return false;
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
        waitMs = Math.min(2 * waitMs, MAX_RETRY_MS);
      }
    }
    return false;
  }

  private async send({ body }: ReplayBatch): Promise<BatchOutcome> {
    const looking = setInterval(() => void this.look(), LOOK_MS);
    try {
      return await this.around.send(body, this.stopping.signal);
    } finally {
      clearInterval(looking);
    }
  }

  private async look(): Promise<void> {
    // Whether it can be asked shows with the next report.
    if (!(await this.around.isWanted().catch(() => true))) this.stop();
  }

  private note({ lines, endOffset }: ReplayBatch, { dropped }: BatchOutcome): Promise<boolean> {
    const { linesSent, linesDropped } = this.progress;
    return this.report({
      bytesRead: this.bytesRead,
      textOffset: endOffset,
      linesSent: linesSent + lines - dropped,
      linesDropped: linesDropped + dropped,
      error: null,
    });
  }

  private async report(progress: ReplayProgress): Promise<boolean> {
    this.progress = progress;
    if (!(await this.around.report(progress))) this.leave();
    return !this.leaving.signal.aborted;
  }
}
