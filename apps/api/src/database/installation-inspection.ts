import { existsSync } from 'node:fs';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { errorCode } from '@logs-collector/runtime/error-code';
import { SettingsError } from '@logs-collector/runtime/settings-reader';
import { DataSource } from 'typeorm';
import { readerOptions } from './data-sources.js';
import { KEY_CHECK, KEY_CHECK_PREVIOUS, type KnownKeys } from './key-records.js';
import { migrations } from './migrations/migrations.js';
import { damaged, isDamage } from './sqlite-file.js';

/** What a database says of itself before we open it for writing; all undefined for a new one. */
export type KnownDatabase = KnownKeys;

/** Looks at the database through a connection that cannot write, and refuses one that is not for this version of us. */
export async function inspectDatabase(target: DatabaseTarget): Promise<KnownDatabase> {
  if (target.kind === 'sqlite' && !existsSync(target.path)) return {};
  const source = new DataSource(readerOptions(target, []));
  try {
    await source.initialize();
    return await inspect(source);
  } catch (error) {
    if (errorCode(error) === 'SQLITE_NOTADB') {
      throw new SettingsError([
        'DB_URL names a file that is not an SQLite database. Nothing was touched. Correct it, restore a backup, or put the file aside and run the command rebuild-index',
      ]);
    }
    if (isDamage(error)) throw damaged();
    throw error;
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

async function inspect(source: DataSource): Promise<KnownDatabase> {
  const tables = await tableNames(source);
  if (tables.has('django_migrations')) {
    throw new SettingsError([
      'DB_URL names the database of the former Logs Collector. Nothing was touched. Start with a new database and bring the data over with the command import-logs-collector',
    ]);
  }
  if (tables.has('migration')) await assertKnownMigrations(source);
  if (!tables.has('meta')) return {};
  const rows = await source.query<{ key: string; value: string }[]>('SELECT "key", "value" FROM "meta"');
  const values = new Map(rows.map(({ key, value }) => [key, value]));
  return {
    instanceId: values.get('instance_id'),
    keyCheck: values.get(KEY_CHECK),
    keyCheckPrevious: values.get(KEY_CHECK_PREVIOUS),
  };
}

async function assertKnownMigrations(source: DataSource): Promise<void> {
  const known = new Set(migrations.map((migration) => migration.name));
  const rows = await source.query<{ name: string }[]>('SELECT "name" FROM "migration" ORDER BY "id"');
  const unknown = rows.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new SettingsError([
    `DB_URL names a database of a newer version, which this version cannot work with (unknown: ${unknown.join(', ')}). Nothing was touched. Start the newer version, or restore the backup made before the upgrade`,
  ]);
}

async function tableNames(source: DataSource): Promise<Set<string>> {
  const statement =
    source.options.type === 'postgres'
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()'
      : "SELECT name FROM sqlite_master WHERE type = 'table'";
  const rows = await source.query<{ name: string }[]>(statement);
  return new Set(rows.map(({ name }) => name));
}
