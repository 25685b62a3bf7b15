import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { OwnUpload } from '../../archives/intake/own-uploads.js';
import { CodedError } from '../../common/errors/coded-error.js';
import type { Capture } from './capture.entity.js';
import type { CaptureCount, CaptureEnding } from './capture-endings.js';
import { type CapturedPart, capturedLines, type LineSource } from './captured-lines.js';
import { PendingLines } from './pending-lines.js';

/** How far it is, with what is durable. */
export interface CaptureProgress extends CaptureCount {
  /** Epoch ms: what was heard until then is durable; null before anything was. */
  readonly storedUntil: number | null;
  /** What it waits for. */
  readonly error: string | null;
}

/** What a run asks of its surroundings. */
export interface CaptureSurroundings {
  readonly source: Omit<LineSource, 'onAway'>;
  /** All of the bytes become durable, or none. */
  append(upload: OwnUpload, bytes: Uint8Array): Promise<OwnUpload>;
  /** Writes down how far it is. */
  report(progress: CaptureProgress): Promise<void>;
  /** Whether it shall go on; staff may have stopped or cancelled it at another process. */
  isWanted(): Promise<boolean>;
}

const ROUND_MS = 1_000;
/** So much of the stream at most is lost with the process. */
const FLUSH_MS = 3_000;
/** How often the row says until when it was heard, where nothing came. */
const HEARD_MS = 10_000;
const APPEND_RETRY_MS = 1_000;
/** How often it is tried to store what has come when the capture is to end; then that is left to another process. */
const LAST_TRIES = 5;
const STOPPED: CaptureEnding = { by: 'staff', error: null };
const AWAY = 'The log shuttle does not answer. The capture goes on when it does.';
const UNHEARD = 'The log shuttle does not listen yet. What is logged before it does is not captured.';
const UNSTORED = 'What comes cannot be stored at the moment; the log of the server says why. It is tried again.';
/** Another process has taken the capture up meanwhile. */
const OVERTAKEN: readonly string[] = ['upload_offset_mismatch', 'upload_locked', 'upload_finished'];

const compress = promisify(gzip);

/**
 * One capture in this process: reads the stream, and every few seconds appends what came as a gzip member of its own (RFC
 * 1952 §2.2), so that whatever is durable can be decompressed.
 */
export class CaptureRun {
  private readonly ending = new AbortController();
  private readonly pending = new PendingLines();
  private reason: CaptureEnding | undefined;
  private isLeft = false;
  /** Something is missing after what is stored, so nothing may follow it here. */
  private hasGivenUp = false;
  private count: CaptureCount;
  private reported: CaptureProgress;
  private away: string | null = UNHEARD;
  private isRead = false;
  private readBytes: number;
  /** With what is pending. */
  private heardAt: number | null;
  private storedUntil: number | null;
  /** The first lines are stored at once, so that it is seen to work. */
  private flushedAt = Number.NEGATIVE_INFINITY;

  /** `takenUpFrom` (epoch ms) is until when what another process heard is durable. */
  constructor(
    private readonly capture: Capture,
    private upload: OwnUpload,
    private readonly around: CaptureSurroundings,
    private readonly takenUpFrom?: number,
  ) {
    const { lines, bytes, gaps, error, storedUntil } = capture;
    this.count = { lines, bytes, gaps };
    this.readBytes = bytes;
    this.heardAt = storedUntil;
    this.storedUntil = storedUntil;
    this.reported = { ...this.count, storedUntil, error };
  }

  /** Takes nothing more, and stores what has come. */
  end(reason: CaptureEnding): void {
    this.reason ??= reason;
    this.ending.abort();
    this.pending.wake();
  }

  /** Stores what has come, and leaves the rest to another process. */
  leave(): void {
    this.isLeft = true;
    this.ending.abort();
    this.pending.wake();
  }

  /** Resolves when all that came is stored, with how it ended and how much that is; undefined where it goes on elsewhere. */
  async run(): Promise<(CaptureEnding & { readonly count: CaptureCount }) | undefined> {
    const { now } = this.around.source;
    const timer = setTimeout(() => this.end({ by: 'time', error: null }), this.capture.endsAt - now());
    const reading = this.read().catch((error: unknown) => this.end({ by: 'fault', error: textOf(error) }));
    try {
      while (await this.round());
      return this.isLeft ? undefined : { ...(this.reason ?? STOPPED), count: this.count };
    } finally {
      clearTimeout(timer);
      this.ending.abort();
      this.pending.wake();
      await reading;
    }
  }

  private async read(): Promise<void> {
    try {
      const source = { ...this.around.source, onAway: (error: unknown) => this.noteAway(error) };
      for await (const part of capturedLines(source, this.ending.signal, this.takenUpFrom)) {
        if (!this.take(part)) return;
        await this.pending.whenRoom(this.ending.signal);
      }
    } finally {
      this.isRead = true;
      this.pending.wake();
    }
  }

  /** Answers whether there is room for more. */
  private take({ lines, heardAt }: CapturedPart): boolean {
    for (const line of lines) {
      if (!line.isGap && this.readBytes + line.bytes.length > this.capture.maxBytes) {
        this.end({ by: 'size', error: null });
        return false;
      }
      if (!line.isGap) this.readBytes += line.bytes.length;
      this.pending.add(line);
    }
    this.heardAt = heardAt;
    return true;
  }

  private noteAway(error: unknown): void {
    this.away = error === undefined ? null : error instanceof CodedError ? error.detail : AWAY;
  }

  /** Answers whether there is more to do. */
  private async round(): Promise<boolean> {
    const isLast = this.isRead;
    if (!isLast) await Promise.race([this.pending.whenChanged, delay(ROUND_MS)]);
    if (isLast || this.pending.isFull || performance.now() - this.flushedAt >= FLUSH_MS) await this.flush();
    if (isLast) return false;
    await this.heedStaff();
    return true;
  }

  private async heedStaff(): Promise<void> {
    if (!this.ending.signal.aborted && !(await this.around.isWanted())) this.end(STOPPED);
  }

  private async flush(): Promise<void> {
    if (this.hasGivenUp) return;
    const { heardAt } = this;
    if (this.pending.isEmpty) this.storedUntil = heardAt;
    else {
      this.flushedAt = performance.now();
      const { parts, lines, bytes, gaps } = this.pending.take();
      try {
        await this.append(await compress(Buffer.concat(parts)));
        const { count } = this;
        this.count = { lines: count.lines + lines, bytes: count.bytes + bytes, gaps: count.gaps + gaps };
        this.storedUntil = heardAt;
      } catch (error) {
        this.giveUp(error);
        return;
      }
    }
    await this.report(this.away);
  }

  private async report(error: string | null): Promise<void> {
    const progress = { ...this.count, storedUntil: this.storedUntil, error };
    if (isSame(progress, this.reported) && !this.isLeft) return;
    await this.around.report(progress);
    this.reported = progress;
  }

  private giveUp(error: unknown): void {
    if (isFinal(error) && !isOvertaken(error)) this.end({ by: 'fault', error: textOf(error) });
    else this.leave();
    this.hasGivenUp = true;
  }

  /** A store or a database that is away is waited for; the stream waits too, as far as it can. */
  private async append(bytes: Uint8Array): Promise<void> {
    for (let lastTries = 0; ; ) {
      try {
        this.upload = await this.around.append(this.upload, bytes);
        return;
      } catch (error) {
        if (isFinal(error)) throw error;
        await this.report(UNSTORED);
        await this.heedStaff();
        if (this.ending.signal.aborted) lastTries += 1;
        if (lastTries === LAST_TRIES) throw error;
        await delay(APPEND_RETRY_MS);
      }
    }
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof CodedError && error.kind.status !== 503;
}

function isOvertaken(error: unknown): boolean {
  return error instanceof CodedError && OVERTAKEN.includes(error.kind.code);
}

function isSame(one: CaptureProgress, other: CaptureProgress): boolean {
  const isHeard = (one.storedUntil ?? 0) - (other.storedUntil ?? 0) < HEARD_MS;
  return one.lines === other.lines && one.gaps === other.gaps && one.error === other.error && isHeard;
}

/** For staff, where the corridor's own words are for customers. */
const REASONS: Readonly<Record<string, string>> = {
  ticket_resolved: 'The ticket was resolved. The archive ends there.',
  storage_full: 'There is not enough space. The archive ends there.',
  archive_too_large: 'The archive has reached MAX_UPLOAD_BYTES. It ends there.',
};

function textOf(error: unknown): string {
  const code = error instanceof CodedError ? error.kind.code : '';
  return REASONS[code] ?? 'What came could not be stored; the log of the server says why. The archive ends there.';
}
