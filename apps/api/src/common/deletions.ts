import { Injectable, Logger } from '@nestjs/common';

/** `deleted`: every row and byte is gone. `pending`: hidden already; the rest follows without anybody's doing. */
export type DeletionOutcome = 'deleted' | 'pending';

const PATIENCE_MS = 10_000;

/**
 * The second phase of deleting: what was hidden in a transaction is now removed. One run per thing at a time; a caller
 * waits ten seconds at most, and what is not done by then goes on and is taken up again by the janitor.
 */
@Injectable()
export class Deletions {
  private readonly logger = new Logger('deletions');
  private readonly running = new Map<string, Promise<void>>();

  async run(key: string, work: () => Promise<void>): Promise<DeletionOutcome> {
    const run = this.running.get(key) ?? this.start(key, work);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<'pending'>((resolve) => {
      timer = setTimeout(() => resolve('pending'), PATIENCE_MS);
    });
    const done = run.then(
      () => 'deleted' as const,
      () => 'pending' as const,
    );
    return Promise.race([done, patience]).finally(() => clearTimeout(timer));
  }

  private start(key: string, work: () => Promise<void>): Promise<void> {
    const run = work()
      .catch((error: unknown) => {
        this.logger.error({ msg: 'deletion will be tried again', key, error });
        throw error;
      })
      .finally(() => this.running.delete(key));
    this.running.set(key, run);
    return run;
  }
}
