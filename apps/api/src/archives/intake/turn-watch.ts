import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { WriterTurn } from './offset-ledger.js';
import { UploadsRepository } from './uploads.repository.js';

const INTERVAL_MS = 1_000;

/**
 * Tells writers of this process that another process has taken over their upload, or that it is gone: also one that has
 * nothing to write, and so nothing to be refused. Whoever goes on elsewhere waits for it to leave.
 */
@Injectable()
export class TurnWatch implements OnApplicationShutdown {
  private readonly logger = new Logger('uploads');
  private readonly turns = new Set<WriterTurn>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly uploads: UploadsRepository) {}

  /** Answers what ends the watch. */
  watch(turn: WriterTurn): () => void {
    this.turns.add(turn);
    this.timer ??= setTimeout(() => this.start(), INTERVAL_MS).unref();
    return () => this.turns.delete(turn);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.looking;
  }

  private start(): void {
    this.looking = this.look().finally(() => {
      this.timer = this.turns.size > 0 ? setTimeout(() => this.start(), INTERVAL_MS).unref() : undefined;
    });
  }

  private async look(): Promise<void> {
    const turns = [...this.turns];
    if (turns.length === 0) return;
    try {
      const epochs = await this.uploads.findWriterEpochs(turns.map(({ uploadId }) => uploadId));
      for (const { uploadId, epoch, onLost } of turns) if (epochs.get(uploadId) !== epoch) onLost();
    } catch (error) {
      // What they write is refused by the database in any case.
      this.logger.warn({ msg: 'whether uploads went on elsewhere could not be seen', error });
    }
  }
}
