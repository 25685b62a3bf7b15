import { KeyRing } from '@logs-collector/runtime/key-ring';
import {
  type DynamicModule,
  Global,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ClockWatch } from './clock-watch.js';
import type { EntityClass } from './data-sources.js';
import { Database } from './database.js';
import { DatabaseMetrics } from './database-metrics.js';
import { type Installation, openInstallation } from './installation.js';
import { INSTALLATION_RECORD } from './installation-record.js';
import { KeyRotation } from './key-rotation.js';
import { Leases } from './leases.js';
import { SealedValues } from './sealed-values.js';

const BALLAST_INTERVAL_MS = 10_000;

const INSTALLATION = Symbol('Installation');

/** Makes `Database` available everywhere. The composition root names the entities, as this module imports no feature. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private making: Promise<void> = Promise.resolve();

  constructor(@Inject(INSTALLATION) private readonly installation: Installation) {}

  static forRoot(entities: EntityClass[]): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        Leases,
        SealedValues,
        KeyRotation,
        DatabaseMetrics,
        ClockWatch,
        {
          provide: INSTALLATION,
          inject: [SETTINGS, KeyRing],
          useFactory: (settings: Settings, keyRing: KeyRing) => openInstallation(settings, keyRing, entities),
        },
        { provide: Database, inject: [INSTALLATION], useFactory: ({ database }: Installation) => database },
        { provide: INSTALLATION_RECORD, inject: [INSTALLATION], useFactory: ({ record }: Installation) => record },
      ],
      exports: [Leases, SealedValues, Database, INSTALLATION_RECORD],
    };
  }

  /** Not at once: a start has better things to do with the disk. */
  onApplicationBootstrap(): void {
    const { ballast } = this.installation;
    if (!ballast) return;
    this.timer = setInterval(() => {
      this.making = this.making.then(() => ballast.restore());
    }, BALLAST_INTERVAL_MS);
    this.timer.unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.making;
    await this.installation.close();
  }
}
