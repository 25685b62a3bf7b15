import type { DatabaseTarget } from '@logs-collector/runtime/database-url';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';

export type Row = Record<string, unknown>;

/** Asks a database directly, beside the program and without its code. */
export async function queryRows(target: DatabaseTarget, sql: string): Promise<Row[]> {
  if (target.kind === 'sqlite') {
    const database = new BetterSqlite3(target.path, { readonly: true, timeout: 5_000 });
    try {
      return database.prepare<[], Row>(sql).all();
    } finally {
      database.close();
    }
  }
  const client = new pg.Client({ connectionString: target.url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
