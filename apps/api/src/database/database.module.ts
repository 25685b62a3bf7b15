import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type EntityClass, openDataSources } from './data-sources.js';
import { Database } from './database.js';

/** Makes `Database` available everywhere. The composition root names the entities, as this module imports no feature. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  static forRoot(entities: EntityClass[]): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: Database,
          inject: [SETTINGS],
          useFactory: async (settings: Settings) => {
            const { writer, reader } = await openDataSources(settings.DB_URL, entities);
            return new Database(writer, reader);
          },
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
