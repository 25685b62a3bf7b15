import type { KeyRing } from '@logs-collector/runtime/key-ring';
import { Logger } from '@nestjs/common';
import type { Database } from './database.js';
import { KEY_CHECK_PREVIOUS } from './key-records.js';
import { Meta } from './meta.entity.js';
import type { SealedColumn, SealedValue, SealedValues } from './sealed-values.js';

const BATCH = 100;

export interface ResealingResult {
  readonly sealed: number;
  /** Values that neither key opens. */
  readonly unreadable: number;
}

/** Seals anew what another key than the current one has sealed. Repeating it changes nothing; interrupted, it goes on. */
export class Resealing {
  private readonly logger = new Logger('keys');
  private sealed = 0;
  private unreadable = 0;

  constructor(
    private readonly keys: KeyRing,
    private readonly values: SealedValues,
    private readonly database: Database,
  ) {}

  /** Undefined where it was told to stop before it was done. */
  async sealAll(shouldStop: () => boolean): Promise<ResealingResult | undefined> {
    const mark = await this.database.repository(Meta).findOneBy({ key: KEY_CHECK_PREVIOUS });
    for (const column of this.values.columns) {
      for (let batch = await column.findBatch('', BATCH); batch.length > 0; ) {
        if (shouldStop()) return undefined;
        await this.sealBatch(column, batch);
        batch = await column.findBatch(batch.at(-1)?.id ?? '', BATCH);
      }
    }
    // A replica that has started since wrote a mark of its own and takes it away itself.
    if (mark) await this.database.transaction(() => this.database.repository(Meta).delete({ ...mark }));
    return { sealed: this.sealed, unreadable: this.unreadable };
  }

  private async sealBatch(column: SealedColumn, batch: readonly SealedValue[]): Promise<void> {
    const { purpose } = column;
    const stale = batch.filter(({ context, sealed }) => !this.keys.isSealedWithCurrent(purpose, context, sealed));
    const opened = stale.flatMap((value) => this.opened(column, value));
    if (opened.length === 0) return;
    await this.database.transaction(async () => {
      for (const { value, text } of opened) {
        await column.replace(value, this.keys.seal(purpose, value.context, text), text);
      }
    });
    this.sealed += opened.length;
  }

  /** Empty for a value of a key that neither is: keeping the previous one does not bring it back. */
  private opened(column: SealedColumn, value: SealedValue): { value: SealedValue; text: string }[] {
    try {
      return [{ value, text: this.keys.open(column.purpose, value.context, value.sealed) }];
    } catch (error) {
      this.unreadable += 1;
      this.logger.error({ msg: 'a value can be opened with neither key', column: column.name, id: value.id, error });
      return [];
    }
  }
}
