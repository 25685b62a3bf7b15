import { dirname } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { makeDirectory } from '@logs-collector/runtime/make-directory';
import { postgresConnection } from '@logs-collector/runtime/postgres-connection';
import type BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ConsumerGroup } from './consumer-group.entity.js';
import { Drain } from './drain.entity.js';
import { DrainState } from './drain-state.entity.js';
import { ImportedDrain } from './imported-drain.entity.js';
import { Instance } from './instance.entity.js';
import { CreateDrain1764000000001 } from './migrations/1764000000001-create-drain.js';
import { ManageDrains1764000000002 } from './migrations/1764000000002-manage-drains.js';
import { CreateImportedDrain1764100000001 } from './migrations/1764100000001-create-imported-drain.js';
import { CreateConsumerGroup1764200000001 } from './migrations/1764200000001-create-consumer-group.js';

const SCHEMA = 'shuttle';
const BUSY_TIMEOUT_MS = 5_000;
const POSTGRES_POOL_SIZE = 4;
/** Any number that nobody else uses in the same database; these are the bytes of "SHUTTLE". */
const MIGRATION_LOCK = '23442918428494917';

/** Opens the shuttle's own tables and brings them up to date; several instances may do so at once. */
export async function openDatabase(target: DatabaseTarget): Promise<DataSource> {
  const source = new DataSource(optionsFor(target));
  if (target.kind === 'sqlite') {
    makeDirectory(dirname(target.path));
    return migrate(source);
  }
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    return await migrate(source);
  } finally {
    await client.end();
  }
}

async function migrate(source: DataSource): Promise<DataSource> {
  await source.initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
    return source;
  } catch (error) {
    await source.destroy();
    throw error;
  }
}

function optionsFor(target: DatabaseTarget): DataSourceOptions {
  const common: Pick<DataSourceOptions, 'entities' | 'migrations' | 'migrationsTableName' | 'synchronize' | 'logging'> =
    {
      entities: [ConsumerGroup, Drain, DrainState, ImportedDrain, Instance],
      migrations: [
        CreateDrain1764000000001,
        ManageDrains1764000000002,
        CreateImportedDrain1764100000001,
        CreateConsumerGroup1764200000001,
      ],
      migrationsTableName: 'migration',
      synchronize: false,
      logging: false,
    };
  if (target.kind === 'postgres') {
    const sessionOptions = '-c synchronous_commit=on -c statement_timeout=20000';
    return {
      ...common,
      ...postgresConnection({ url: target.url, driver: pg, poolSize: POSTGRES_POOL_SIZE, sessionOptions }),
      schema: SCHEMA,
    };
  }
  return {
    ...common,
    type: 'better-sqlite3',
    database: target.path,
    enableWAL: true,
    timeout: BUSY_TIMEOUT_MS,
    prepareDatabase: (database: BetterSqlite3.Database) => {
      // better-sqlite3 is compiled with synchronous=NORMAL in WAL mode, which loses acknowledged commits at a power cut.
      database.pragma('synchronous = FULL');
      database.pragma('trusted_schema = OFF');
    },
  };
}
