import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { DataSource, type EntityManager } from 'typeorm';
import { migrate, readerOptions, writerOptions } from '../database/data-sources.js';
import { migrations } from '../database/migrations/migrations.js';
import { BackupError } from './backup-error.js';
import type { Row } from './snapshot.js';

/** Times the columns of the widest table stays under what one statement may carry on either database. */
const BATCH = 200;

/** Names become parts of statements, and a backup may come from anywhere. */
const COLUMN_NAME = /^[a-z][a-z0-9_]*$/;

/** Names of the tables in a database, ours or not. */
export async function tablesIn(target: DatabaseTarget): Promise<string[]> {
  const source = await new DataSource(readerOptions(target, [])).initialize();
  try {
    const rows = await source.query<{ name: string }[]>(
      target.kind === 'postgres'
        ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()'
        : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    return rows.map(({ name }) => name).sort();
  } finally {
    await source.destroy();
  }
}

/** Throws where a backup has seen migrations that this program does not know. */
export function assertKnown(seen: readonly string[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = seen.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new BackupError(`The backup was made by a newer version (unknown: ${unknown.join(', ')}). Use that one.`);
}

/** An empty database of the schema that a backup was made with. */
export class TableLoader {
  private constructor(private readonly source: DataSource) {}

  /** Brings an empty database to the schema that has seen these migrations. */
  static async open(target: DatabaseTarget, seen: readonly string[]): Promise<TableLoader> {
    const applied = migrations.filter(({ name }) => seen.includes(name));
    const source = await new DataSource({ ...writerOptions(target, []), migrations: applied }).initialize();
    try {
      await migrate(source);
      return new TableLoader(source);
    } catch (error) {
      await source.destroy();
      throw error;
    }
  }

  async isEmpty(table: string): Promise<boolean> {
    const rows = await this.source.query<unknown[]>(`SELECT 1 FROM "${table}" LIMIT 1`);
    return rows.length === 0;
  }

  /** All or nothing: one transaction. */
  load(work: (insert: (table: string, rows: AsyncIterable<Row>) => Promise<number>) => Promise<void>): Promise<void> {
    return this.source.transaction((manager) => work((table, rows) => this.insert(manager, table, rows)));
  }

  close(): Promise<void> {
    return this.source.destroy();
  }

  private async insert(manager: EntityManager, table: string, rows: AsyncIterable<Row>): Promise<number> {
    let count = 0;
    let batch: Row[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length > 0) await manager.query(...this.statement(table, batch));
      count += batch.length;
      batch = [];
    };
    for await (const row of rows) {
      batch.push(row);
      if (batch.length >= BATCH) await flush();
    }
    await flush();
    return count;
  }

  private statement(table: string, rows: readonly Row[]): [string, unknown[]] {
    const isPostgres = this.source.options.type === 'postgres';
    const columns = Object.keys(rows[0] ?? {});
    if (!columns.every((column) => COLUMN_NAME.test(column))) {
      throw new BackupError(`The rows of the table ${table} have columns that cannot be.`);
    }
    const values = rows.flatMap((row) => columns.map((column) => row[column] ?? null));
    const places = rows.map((_, row) => {
      const names = columns.map((_column, index) => (isPostgres ? `$${row * columns.length + index + 1}` : '?'));
      return `(${names.join(', ')})`;
    });
    const quoted = columns.map((column) => `"${column}"`).join(', ');
    return [
      `INSERT INTO "${table}" (${quoted}) VALUES ${places.join(', ')}`,
      isPostgres ? values : values.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
    ];
  }
}
