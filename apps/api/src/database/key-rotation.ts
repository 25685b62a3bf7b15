import { KeyRing } from '@logs-collector/runtime/key-ring';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from './database.js';
import { Leases } from './leases.js';
import { Resealing } from './resealing.js';
import { SealedValues } from './sealed-values.js';

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
    const result = await new Resealing(this.keys, this.values, this.database).sealAll(() => this.isEnding);
    if (!result) return false;
    const { sealed } = result;
    this.logger.log({ msg: 'everything is sealed with SECRET_KEY; SECRET_KEY_PREVIOUS can be removed', sealed });
    return true;
  }
}
