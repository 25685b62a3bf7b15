import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import { DataSource, type EntityMetadata, type QueryRunner } from 'typeorm';
import { type EntityClass, readerOptions } from '../database/data-sources.js';

const BATCH = 1_000;

export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** All tables as they were at one moment, whatever is written meanwhile. */
export class Snapshot {
  private constructor(
    private readonly source: DataSource,
    private readonly runner: QueryRunner,
  ) {}

  /** Runs `work` on the database as it is now. Nobody waits for it: neither database lets readers hold up writers. */
  static async of<T>(
    target: DatabaseTarget,
    entities: EntityClass[],
    work: (snapshot: Snapshot) => Promise<T>,
  ): Promise<T> {
    const source = new DataSource(readerOptions(target, entities));
    await source.initialize();
    const runner = source.createQueryRunner();
    try {
      // On SQLite every read transaction is one snapshot; PostgreSQL has to be asked for it.
      await runner.startTransaction(target.kind === 'postgres' ? 'REPEATABLE READ' : undefined);
      return await work(new Snapshot(source, runner));
    } finally {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await runner.release();
      await source.destroy();
    }
  }

  /** Names of our tables, what is referenced before what references it. */
  get tables(): string[] {
    const sorted: EntityMetadata[] = [];
    const visit = (metadata: EntityMetadata): void => {
      if (sorted.includes(metadata)) return;
      for (const { referencedEntityMetadata } of metadata.foreignKeys) visit(referencedEntityMetadata);
      sorted.push(metadata);
    };
    for (const metadata of this.source.entityMetadatas) visit(metadata);
    return sorted.map(({ tableName }) => tableName);
  }

  /** Names of the migrations, oldest first. */
  async migrations(): Promise<string[]> {
    const rows = (await this.runner.query('SELECT "name" FROM "migration" ORDER BY "id"')) as { name: string }[];
    return rows.map(({ name }) => name);
  }

  /** All rows of a table but those of which `leftOut`, an SQL condition, is true. Batch by batch, in order of their key. */
  async *rows(table: string, leftOut: string | undefined): AsyncGenerator<Row[]> {
    const metadata = this.source.getMetadata(table);
    const [key] = metadata.primaryColumns.map(({ databaseName }) => databaseName);
    if (key === undefined || metadata.primaryColumns.length > 1) throw new Error(`${table} has no simple key.`);
    const parameter = this.source.options.type === 'postgres' ? '$1' : '?';
    const kept = leftOut === undefined ? '1 = 1' : `NOT (${leftOut})`;
    for (let last: unknown; ; ) {
      const after = last === undefined ? '' : ` AND "${key}" > ${parameter}`;
      const statement = `SELECT * FROM "${table}" WHERE ${kept}${after} ORDER BY "${key}" LIMIT ${BATCH}`;
      const rows = (await this.runner.query(statement, last === undefined ? [] : [last])) as Record<string, unknown>[];
      if (rows.length === 0) return;
      last = rows.at(-1)?.[key];
      yield rows.map((row) => portable(row, metadata));
    }
  }
}

/** SQLite has no booleans, and PostgreSQL answers 64-bit numbers as text. */
function portable(row: Readonly<Record<string, unknown>>, metadata: EntityMetadata): Row {
  const result: Record<string, string | number | boolean | null> = {};
  for (const { databaseName, type } of metadata.columns) {
    const value = row[databaseName];
    if (value === null || value === undefined) result[databaseName] = null;
    else if (type === 'boolean') result[databaseName] = Boolean(value);
    else if (type === 'bigint' || type === 'integer') result[databaseName] = Number(value);
    else result[databaseName] = String(value);
  }
  return result;
}
