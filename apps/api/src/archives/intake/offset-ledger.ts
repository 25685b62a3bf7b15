import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import { LEASE_MS } from './intake.rules.js';
import { UploadsRepository } from './uploads.repository.js';

const INTERVAL_MS = 1_000;

/** One writer's turn at an upload. */
export interface WriterTurn {
  readonly uploadId: string;
  readonly epoch: number;
  /** Called with every offset that has been committed. */
  readonly onCommitted?: (offset: number) => void;
  /** Called when a newer writer has taken over, or the upload is gone. */
  readonly onLost: () => void;
}

interface Entry {
  readonly turn: WriterTurn;
  offset: number;
  readonly waiters: { resolve: (isKept: boolean) => void; reject: (error: unknown) => void }[];
}

/**
 * Writes the durable offsets of all uploads together: once a second while bytes move, and at once where an answer
 * waits for it (those that ask meanwhile share the next commit). Each write also renews the upload's lease.
 */
@Injectable()
export class OffsetLedger implements OnApplicationShutdown {
  private readonly logger = new Logger('uploads');
  private entries = new Map<string, Entry>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isWriteQueued = false;

  constructor(
    private readonly database: Database,
    private readonly uploads: UploadsRepository,
    private readonly clock: Clock,
  ) {}

  /** Remembers a durable offset for the next commit. */
  note(turn: WriterTurn, offset: number): void {
    this.entryOf(turn).offset = offset;
    this.timer ??= setTimeout(() => void this.write(), INTERVAL_MS);
  }

  /** Resolves once the offset is committed; false when a newer writer has taken over. */
  commit(turn: WriterTurn, offset: number): Promise<boolean> {
    const entry = this.entryOf(turn);
    entry.offset = offset;
    return new Promise((resolve, reject) => {
      entry.waiters.push({ resolve, reject });
      void this.write();
    });
  }

  /** What was noted last need not be written: the caller writes it, or nobody needs it any more. */
  forget(turn: WriterTurn): void {
    this.entries.delete(keyOf(turn));
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
  }

  private entryOf(turn: WriterTurn): Entry {
    const key = keyOf(turn);
    const entry = this.entries.get(key) ?? { turn, offset: 0, waiters: [] };
    this.entries.set(key, entry);
    return entry;
  }

  private write(): Promise<void> {
    if (!this.isWriteQueued) {
      this.isWriteQueued = true;
      this.writing = this.writing.then(() => this.writeBatch());
    }
    return this.writing;
  }

  private async writeBatch(): Promise<void> {
    this.isWriteQueued = false;
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = [...this.entries.values()];
    this.entries = new Map();
    if (batch.length === 0) return;
    try {
      const kept = await this.database.transaction(() => this.advanceAll(batch));
      for (const [index, entry] of batch.entries()) {
        const isKept = kept[index] === true;
        if (isKept) entry.turn.onCommitted?.(entry.offset);
        else entry.turn.onLost();
        for (const waiter of entry.waiters) waiter.resolve(isKept);
      }
    } catch (error) {
      this.logger.error({ msg: 'durable offsets could not be written', uploads: batch.length, error });
      for (const waiter of batch.flatMap((entry) => entry.waiters)) waiter.reject(error);
    }
  }

  private async advanceAll(batch: readonly Entry[]): Promise<boolean[]> {
    const now = this.clock.now();
    const kept: boolean[] = [];
    // In one order everywhere, so that two replicas never wait for each other's rows.
    for (const { turn, offset } of [...batch].sort((a, b) => (a.turn.uploadId < b.turn.uploadId ? -1 : 1))) {
      kept[batch.findIndex((entry) => entry.turn === turn)] = await this.uploads.advance(turn.uploadId, turn.epoch, {
        durableBytes: offset,
        leaseUntil: now + LEASE_MS,
        timeUpdate: now,
      });
    }
    return kept;
  }
}

function keyOf({ uploadId, epoch }: WriterTurn): string {
  return `${uploadId}/${epoch}`;
}
