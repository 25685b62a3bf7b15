import { existsSync } from 'node:fs';
import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { errorCode } from '@logs-collector/runtime/error-code';
import { DataSource } from 'typeorm';
import { readerOptions } from '../../database/data-sources.js';
import { CommandError } from '../command.js';
import type { RawRow } from './former-rows.js';

const BATCH = 500;

/** What is read of each table. */
const TABLES = {
  account_user: ['id', 'username', 'first_name', 'last_name', 'is_superuser', 'is_active', 'date_joined'],
  collector_platform: ['id', 'name', 'pretty_name'],
  collector_ticket: [
    ...['id', 'number', 'platform_name', 'user_id', 'resolved', 'note', 'token', 'attempts'],
    ...['time_create', 'time_update'],
  ],
  collector_archive: ['id', 'ticket_number', 'file', 'size', 'md5', 'time_create'],
} as const;
export type FormerTable = keyof typeof TABLES;

const TIMES = new Set(['date_joined', 'time_create', 'time_update']);

/** The database of the former application, read through a connection that cannot write. */
export class FormerDatabase {
  private constructor(private readonly source: DataSource) {}

  /** Throws `CommandError` where it is not there, cannot be read, or is of something else. */
  static async open(target: DatabaseTarget): Promise<FormerDatabase> {
    if (target.kind === 'sqlite' && !existsSync(target.path)) {
      throw new CommandError(`There is no file ${JSON.stringify(target.path)}. Nothing was touched.`);
    }
    const source = new DataSource(readerOptions(target, []));
    try {
      await source.initialize();
      await assertFormer(source);
      return new FormerDatabase(source);
    } catch (error) {
      if (source.isInitialized) await source.destroy();
      throw error instanceof CommandError ? error : unreadable(error);
    }
  }

  /** Every row of the table in order of its id. */
  async *rows(table: FormerTable): AsyncGenerator<RawRow> {
    const isPostgres = this.source.options.type === 'postgres';
    const columns = TABLES[table].map((column) => (isPostgres ? postgresColumn(column) : `"${column}"`)).join(', ');
    const place = isPostgres ? '$1' : '?';
    const statement = `SELECT ${columns} FROM "${table}" WHERE "id" > ${place} ORDER BY "id" LIMIT ${BATCH}`;
    for (let after: unknown = Number.MIN_SAFE_INTEGER; ; ) {
      const batch = await this.query(statement, [after]);
      yield* batch;
      if (batch.length < BATCH) return;
      after = batch.at(-1)?.id;
    }
  }

  async close(): Promise<void> {
    await this.source.destroy();
  }

  private async query(statement: string, parameters: unknown[]): Promise<RawRow[]> {
    try {
      return await this.source.query<RawRow[]>(statement, parameters);
    } catch (error) {
      throw unreadable(error);
    }
  }
}

/** In the form in which SQLite keeps them. */
function postgresColumn(column: string): string {
  if (TIMES.has(column)) return `to_char("${column}" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS "${column}"`;
  return column === 'token' ? '"token"::text AS "token"' : `"${column}"`;
}

async function assertFormer(source: DataSource): Promise<void> {
  const rows = await source.query<{ table_name: string; column_name: string }[]>(
    source.options.type === 'postgres'
      ? 'SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()'
      : `SELECT t.name AS table_name, c.name AS column_name
         FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'`,
  );
  const found = new Set(rows.map(({ table_name, column_name }) => `${table_name}.${column_name}`));
  const missing = Object.entries(TABLES)
    .flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
    .filter((name) => !found.has(name));
  if (missing.length === 0) return;
  throw new CommandError(
    `This is no database of Logs Collector 0.1 (missing: ${missing.slice(0, 5).join(', ')}). Start the latest version of the former application with it once, which brings it up to date. Nothing was touched.`,
  );
}

/** The driver's own words may hold the address with its password; its code does not. */
function unreadable(error: unknown): CommandError {
  const code = errorCode(error);
  const remedy =
    code === 'SQLITE_CANTOPEN' || code?.startsWith('SQLITE_READONLY')
      ? ' If it was copied while the former application ran, or its directory holds db.sqlite3-journal or -wal: stop that application and copy the whole directory to a place that can be written.'
      : '';
  return new CommandError(`The former database cannot be read (${code ?? 'unknown error'}).${remedy}`, {
    cause: error,
  });
}
