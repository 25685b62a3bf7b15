import { KeyRing } from '@logs-collector/runtime/key-ring';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { EntityClass } from './data-sources.js';
import { Database } from './database.js';
import { type Installation, openInstallation } from './installation.js';
import { Leases } from './leases.js';

const INSTALLATION = Symbol('Installation');

/** Makes `Database` available everywhere. The composition root names the entities, as this module imports no feature. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(INSTALLATION) private readonly installation: Installation) {}

  static forRoot(entities: EntityClass[]): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        Leases,
        {
          provide: INSTALLATION,
          inject: [SETTINGS, KeyRing],
          useFactory: (settings: Settings, keyRing: KeyRing) => openInstallation(settings, keyRing, entities),
        },
        { provide: Database, inject: [INSTALLATION], useFactory: ({ database }: Installation) => database },
      ],
      exports: [Leases, Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.installation.close();
  }
}
