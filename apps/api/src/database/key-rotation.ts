import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from './database.js';
import { KEY_CHECK_PREVIOUS } from './key-records.js';
import { Leases } from './leases.js';
import { Meta } from './meta.entity.js';
import { type SealedColumn, type SealedValue, SealedValues } from './sealed-values.js';

const BATCH = 100;
/** Where another process is at it, or the database was away. */
const RETRY_INTERVAL_MS = 10_000;

/**
 * Seals anew what the previous SECRET_KEY has sealed, so that it can be dropped: after each start with that key, beside
 * the first requests. Repeating any step changes nothing, so every replica does it once for itself: what a replica with
 * the former key wrote before it ended is found by its own successor.
 */
@Injectable()
export class KeyRotation implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('keys');
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isEnding = false;

  constructor(
    private readonly keys: KeyRing,
    private readonly values: SealedValues,
    private readonly database: Database,
    private readonly leases: Leases,
  ) {}

  onApplicationBootstrap(): void {
    if (this.keys.hasPrevious) this.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private start(): void {
    this.round = this.attempt().then((isDone) => {
      if (isDone || this.isEnding) return;
      this.timer = setTimeout(() => this.start(), RETRY_INTERVAL_MS).unref();
    });
  }

  private async attempt(): Promise<boolean> {
    let isDone = false;
    try {
      await this.leases.run('key-rotation', async () => {
        isDone = await this.sealAll();
      });
    } catch (error) {
      this.logger.error({ msg: 'values could not be sealed with the new SECRET_KEY; it will be tried again', error });
    }
    return isDone;
  }

  /** False where the process ends before it is done. */
  private async sealAll(): Promise<boolean> {
    const mark = await this.database.repository(Meta).findOneBy({ key: KEY_CHECK_PREVIOUS });
    let sealed = 0;
    for (const column of this.values.columns) {
      for (let batch = await column.findBatch('', BATCH); batch.length > 0; ) {
        if (this.isEnding) return false;
        sealed += await this.sealBatch(column, batch);
        batch = await column.findBatch(batch.at(-1)?.id ?? '', BATCH);
      }
    }
    // A replica that has started since wrote a mark of its own and takes it away itself.
    if (mark) await this.database.transaction(() => this.database.repository(Meta).delete({ ...mark }));
    this.logger.log({ msg: 'everything is sealed with SECRET_KEY; SECRET_KEY_PREVIOUS can be removed', sealed });
    return true;
  }

  private async sealBatch(column: SealedColumn, batch: readonly SealedValue[]): Promise<number> {
    const { purpose } = column;
    const stale = batch.filter(({ context, sealed }) => !this.keys.isSealedWithCurrent(purpose, context, sealed));
    const opened = stale.flatMap((value) => this.opened(column, value));
    if (opened.length === 0) return 0;
    await this.database.transaction(async () => {
      for (const { value, text } of opened) {
        await column.replace(value, this.keys.seal(purpose, value.context, text), text);
      }
    });
    return opened.length;
  }

  /** Empty for a value of a key that neither is: keeping the previous one does not bring it back. */
  private opened(column: SealedColumn, value: SealedValue): { value: SealedValue; text: string }[] {
    try {
      return [{ value, text: this.keys.open(column.purpose, value.context, value.sealed) }];
    } catch (error) {
      this.logger.error({ msg: 'a value can be opened with neither key', column: column.name, id: value.id, error });
      return [];
    }
  }
}
