import { dirname } from 'node:path';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { makeDirectory } from '@logs-collector/runtime/make-directory';
import { postgresConnection } from '@logs-collector/runtime/postgres-connection';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import type BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/migrations.js';
import { SnakeNamingStrategy } from './snake-naming-strategy.js';

const BUSY_TIMEOUT_MS = 5_000;
const POSTGRES_POOL_SIZE = 10;
/** A function of every connection to SQLite that we open; nothing in the schema may need it. */
export const UNICODE_LOWER = 'unicode_lower';

/** A class with TypeORM's decorators. */
export type EntityClass = new () => object;

export interface DataSources {
  readonly writer: DataSource;
  readonly reader: DataSource;
}

/** Opens both ways to the database and brings its schema up to date. */
export function openDataSources(target: DatabaseTarget, entities: EntityClass[]): Promise<DataSources> {
  return open(target, entities, migrate);
}

/** Opens both ways to a database that a server may be using: one of an older schema is refused and left as it is. */
export function openCurrentDataSources(target: DatabaseTarget, entities: EntityClass[]): Promise<DataSources> {
  return open(target, entities, assertMigrated);
}

/** 'each', never 'none': SQLite migrations recreate tables, and without a transaction a cascade would empty others. */
export async function migrate(writer: DataSource): Promise<void> {
  await writer.runMigrations({ transaction: 'each' });
}

async function assertMigrated(writer: DataSource): Promise<void> {
  if (!(await writer.showMigrations())) return;
  throw new SettingsError([
    'DB_URL names a database of an older version. Nothing was touched. Start the server of this version once; it brings the database up to date',
  ]);
}

async function open(
  target: DatabaseTarget,
  entities: EntityClass[],
  prepare: (writer: DataSource) => Promise<void>,
): Promise<DataSources> {
  const writer = new DataSource(writerOptions(target, entities));
  const reader = new DataSource(readerOptions(target, entities));
  try {
    await writer.initialize();
    await assertDurableCommits(writer);
    await prepare(writer);
    await reader.initialize();
    return { writer, reader };
  } catch (error) {
    for (const source of [reader, writer]) if (source.isInitialized) await source.destroy();
    throw error;
  }
}

export function writerOptions(target: DatabaseTarget, entities: EntityClass[]): DataSourceOptions {
  const common = commonOptions(entities);
  if (target.kind === 'postgres') return { ...common, ...postgresOptions(target.url, '-c synchronous_commit=on') };
  makeDirectory(dirname(target.path));
  return {
    ...common,
    type: 'better-sqlite3',
    database: target.path,
    enableWAL: true,
    timeout: BUSY_TIMEOUT_MS,
    prepareDatabase: (db: BetterSqlite3.Database) => {
      // better-sqlite3 is compiled with synchronous=NORMAL in WAL mode, which loses acknowledged commits at a power cut.
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      db.pragma('journal_size_limit = 67108864');
      db.pragma('trusted_schema = OFF');
      addUnicodeLower(db);
    },
  };
}

export function readerOptions(target: DatabaseTarget, entities: EntityClass[]): DataSourceOptions {
  const common = commonOptions(entities);
  if (target.kind === 'postgres')
    return { ...common, ...postgresOptions(target.url, '-c default_transaction_read_only=on') };
  return {
    ...common,
    type: 'better-sqlite3',
    database: target.path,
    readonly: true,
    timeout: BUSY_TIMEOUT_MS,
    prepareDatabase: addUnicodeLower,
  };
}

function addUnicodeLower(db: BetterSqlite3.Database): void {
  db.function(UNICODE_LOWER, { deterministic: true }, (text: unknown) => String(text).toLowerCase());
}

function commonOptions(entities: EntityClass[]) {
  return {
    entities,
    migrations,
    migrationsTableName: 'migration',
    namingStrategy: new SnakeNamingStrategy(),
    synchronize: false,
    logging: false,
  } as const;
}

function postgresOptions(url: string, sessionOptions: string) {
  const limits = '-c statement_timeout=60000 -c lock_timeout=20000 -c idle_in_transaction_session_timeout=60000';
  return postgresConnection({
    ...{ url, driver: pg, poolSize: POSTGRES_POOL_SIZE },
    sessionOptions: `${sessionOptions} ${limits}`,
  });
}

/** Refuses a connection whose commits would not survive a power cut. */
async function assertDurableCommits(writer: DataSource): Promise<void> {
  if (writer.options.type === 'better-sqlite3') {
    const [row] = await writer.query<{ synchronous: number }[]>('PRAGMA synchronous');
    if (row?.synchronous !== 2) throw new Error('SQLite does not commit durably (synchronous is not FULL).');
    return;
  }
  const [row] = await writer.query<{ synchronous_commit: string }[]>('SHOW synchronous_commit');
  if (row?.synchronous_commit !== 'on')
    throw new Error('PostgreSQL does not commit durably (synchronous_commit is not on).');
}
